"""Each refusal of a creditor's own strategy in English: what is wrong, and what to do."""

SENTENCES: dict[str, tuple[str, str]] = {
    "charges_for_time": (
        "Plans and deferrals are free: whoever charges for time grants a consumer loan (BGB §506; CJEU C-127/15).",
        "Leave this setting out. Nothing may be charged for paying in parts or later.",
    ),
    "word_not_known": ("This word is not one of those in brackets.", "Write one of them."),
    "group_wanted": ("A group of indented settings belongs here.", "See the example in docs/strategies.md."),
    "list_wanted": ("A list belongs here.", "Write one line for each, with a dash before it."),
    "days_wanted": ("This is not a number of days.", "Write it like this: 10 days."),
    "count_wanted": ("This is not a whole number.", "Write it like this: 24."),
    "share_wanted": ("This is not a percentage.", "Write it like this: 15 %, with a point where it needs one."),
    "money_wanted": (
        "This is not an amount of money.",
        "Write it like this: 10.00, with a point and two digits, in your claims' currency.",
    ),
    "yes_or_no": ("This is neither yes nor no.", "Write yes or no."),
    "out_of_range": ("This lies outside the bounds in brackets.", "Choose a value within them."),
    "steps_number": ("A strategy has one to six steps.", "Take out what is too much."),
    "first_not_friendly": ("The first word is friendly.", "Write `tone: friendly` for the first step."),
    "first_waits": ("The first step has no pause: it follows the day the claim is due.", "Leave `after` out."),
    "after_missing": ("This step does not say how long the debtor is left in peace.", "Add `after: 10 days`."),
    "pause_range": ("Between two messages lie 3 to 90 days.", "Choose a pause within that."),
    "last_notice_early": (
        "Only the last step may say that it is the last.",
        "Choose another tone here, or take out what follows.",
    ),
    "speed_and_steps": (
        "Steps of your own say their days themselves, so that a speed has nothing to change.",
        "Take out `speed`, or take out `steps`.",
    ),
    "new_explores_less": (
        "Where nothing is known of somebody, at least as much is tried out as elsewhere.",
        "Raise this share, or lower `risk_tolerance`.",
    ),
    "value_harsher": (
        "What a customer is worth may only make it gentler: nothing sooner, harder or more than for others.",
        "Lengthen this pause, soften this tone, or take the step out.",
    ),
    "value_steps_only": (
        "For a class of value only the steps may differ: plans, amounts and chances are the same for everybody.",
        "Leave this setting out.",
    ),
    "class_name": (
        "No claim can bear this class of value: it has 1 to 20 visible characters.",
        "Write it as in your file of claims.",
    ),
    "strategy_name": (
        "The name of the strategy's file is not one of a creditor.",
        "Name it `strategies/<id>.yaml`, the id in small letters, digits and hyphens.",
    ),
    "strategy_creditor": (
        "There are no accepted settings for this creditor.",
        "Put `creditors/<id>.yaml` into the bucket first, then this file once more.",
    ),
}

"""An invented but lifelike sample: three creditors with some two hundred claims, of which some rows are wrong.

Every name is made up, every address of e-mail lies in a domain reserved for examples (RFC 2606), every phone
number in a range kept for fiction by the Bundesnetzagentur, every bank code in a region never assigned.
"""

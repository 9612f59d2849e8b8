// Somebody sits before this page: said once a minute while it is seen, so that what they are writing stays theirs.
const proof = document.querySelector('input[name="proof"]');
setInterval(() => {
  if (proof && document.visibilityState === "visible")
    fetch("/desk/here", { method: "POST", body: new URLSearchParams({ proof: proof.value }) });
}, 60000);

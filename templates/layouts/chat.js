// Looks for an answer while a person is expected to give one, and shows it where it was missing, with whose turn it
// is then; what is typed stays. It stops after a quarter of an hour: an open page is no reader. Whoever comes from a
// message is led to where they stopped, not to the beginning.
(() => {
  const $ = (from, id = "talk") => from.getElementById(id), list = $(document);
  let left = 60;
  if (!location.hash && list.getBoundingClientRect().bottom > innerHeight) $(document, "last")?.scrollIntoView();
  const look = async () => {
    if (!("polls" in list.dataset) || !left--) return;
    if (!document.hidden) try {
      const answer = await fetch(location.href, {credentials: "same-origin", redirect: "error"});
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page && $(page), turn = from => from.querySelector(".note");
      if (fresh && turn(page)) turn(document)?.replaceWith(turn(page).cloneNode(true));
      if (fresh) for (const line of [...fresh.children].slice(list.children.length)) {
        list.append(document.adoptNode(line));
        line.scrollIntoView({block: "nearest"});
      }
    } catch {}
    setTimeout(look, 15e3);
  };
  setTimeout(look, 15e3);
})();

// Works the plan out while it is typed, as the server would (domain/terms.py); what it cannot read for sure, such
// as grouped figures, it leaves to the server. The figures and patterns it needs stand in the data of #shown.
(() => {
  const $ = id => document.getElementById(id), shown = $("shown"), d = shown.dataset, body = shown.querySelector("tbody");
  const typed = id => $(id).value.trim().replace(/[٠-٩۰-۹]/g, c => c.charCodeAt() & 15);
  const money = n => d.money.replace("{}", () => ((n - n % 100) / 100 + "").replace(/\B(?=(\d{3})+$)/g, d.group) + d.decimal + (n % 100 + "").padStart(2, 0));
  const utc = (...day) => new Date(Date.UTC(...day));
  const of = t => isNaN(t) ? [] : t.toISOString().slice(0, 10).split("-");
  const said = ([y, m, day]) => d.date.replace("{day}", +day).replace("{month}", d.months.split("|")[m - 1]).replace("{year}", y);
  let own;
  $("wish").addEventListener("input", ({target: {id, value}}) => {
    if (id == "day") own = 1;
    if (id == "first_day" && !own && value > 0 && value < 32) $("day").value = +value;
    const [day, month, year] = ["day", "month", "year"].map(part => +(typed("first_" + part) || NaN));
    const [, whole, , part = ""] = typed("amount").match(/^[^\d−-]*(\d{1,7})([.,٫،](\d\d?)?)?\D*$/) || [];
    const wish = whole * 100 + +part.padEnd(2, 0), each = Math.min(wish, d.owed), count = Math.ceil(d.owed / each);
    let t = utc(year < 100 ? year + 2000 : year, month - 1, day), left = d.owed;
    const iso = of(t).join("-");
    if ($("ask").hidden = !(shown.hidden = !(count <= d.most) || wish < Math.min(d.least, d.owed) || of(t)[2] != day || of(t)[1] != month || iso < d.soonest || iso > d.latest), shown.hidden) return;
    document.querySelectorAll(".mend,.wrong,.refused").forEach(e => e.remove());
    for (let n = 0; n < count; n++) {
      const [y, m] = of(t), next = more => utc(y, m - 1 + more, Math.min($("day").value, utc(y, m - 1 + more + 1, 0).getUTCDate()));
      if (n) t = next(n < 2 && next(1) - t < 12096e5 ? 2 : 1);
      const row = body.rows[n] || body.appendChild(body.rows[0].cloneNode(true)), now = Math.min(each, left);
      [said(of(t)), money(now), money(left -= now)].forEach((text, i) => row.cells[i].textContent = text);
    }
    while (body.rows[count]) body.deleteRow(count);
    shown.querySelector("bdi").textContent = said(of(t));
  });
})();

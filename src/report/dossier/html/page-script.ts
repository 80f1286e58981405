/**
 * Search and sort of tables, for those who let it run; without it every table stands there whole. It writes
 * nothing into the page but rows that are there, and asks for nothing.
 */
export const pageScript = `"use strict";
for (const holder of document.querySelectorAll("[data-search]")) {
  const body = holder.querySelector("tbody");
  const rows = [...body.rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const label = document.createElement("label");
  const input = document.createElement("input");
  const count = document.createElement("output");
  label.className = "find";
  input.type = "search";
  label.append("Search " + holder.dataset.search + " ", input);
  const line = document.createElement("div");
  line.className = "find";
  line.append(label, count);
  holder.prepend(line);
  const show = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      const fits = words.every((word) => texts[index].includes(word));
      row.hidden = !fits;
      if (fits) shown += 1;
    });
    count.textContent = shown + " of " + rows.length;
  };
  let timer;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 120); });
  show();
  const heads = [...holder.querySelectorAll("thead th")];
  const order = new Intl.Collator("en", { numeric: true });
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const keys = new Map(rows.map((row) => [row, row.cells[column].dataset.value ?? row.cells[column].textContent]));
      const sorted = [...rows].sort((a, b) => order.compare(keys.get(a), keys.get(b)) * (down ? -1 : 1));
      body.append(...sorted);
    });
  });
}
`;

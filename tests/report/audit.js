// Measures the page as it is drawn: contrast of text, size and overlap of labels, what lies under the pointer.
const channels = (color) => (color.match(/[\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const ground = (element) => {
  for (let each = element; each; each = each.parentElement) {
    const color = channels(getComputedStyle(each).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
const shown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
const worded = (element) => [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
const contrasts = () =>
  [...document.body.querySelectorAll("*")]
    .filter((e) => worded(e) && shown(e) && !["SCRIPT", "title"].includes(e.tagName) && !e.closest(".on-map"))
    .map((e) => {
      const style = getComputedStyle(e);
      const [a, b] = [channels(e.tagName === "text" ? style.fill : style.color), ground(e)].map(light);
      return { text: e.textContent.slice(0, 40), ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
    });
const texts = () => [...document.querySelectorAll("svg text")].filter(shown);
const labels = () =>
  texts().map((e) => ({
    text: e.textContent,
    size: parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a,
  }));
const overlaps = () => {
  const boxes = texts().map((e) => [e.textContent, e.getBoundingClientRect()]);
  const met = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
  return boxes.flatMap(([t, a], i) => boxes.slice(i + 1).filter(([, b]) => met(a, b)).map(([u]) => [t, u]));
};
const underPointer = () => {
  document.querySelector(".map").scrollIntoView();
  const titles = new Set();
  const { left, top, right, bottom } = document.querySelector(".map").getBoundingClientRect();
  for (let x = left; x < right; x += 2)
    for (let y = top; y < Math.min(bottom, innerHeight); y += 2) {
      const title = document.elementFromPoint(x, y).querySelector?.(":scope > title");
      if (title) titles.add(title.textContent);
    }
  return [...titles];
};

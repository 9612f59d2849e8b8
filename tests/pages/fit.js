// What does not fit on the page as it stands, as sentences. Runs in the page; changes nothing.
() => {
  const found = [], root = document.documentElement, width = root.clientWidth;
  const named = node => `${node.tagName.toLowerCase()}${node.className && `.${node.className}`} ` +
    `“${(node.innerText || node.value || '').trim().slice(0, 50)}”`;
  const hidden = node => node.closest('.hide') || !node.getClientRects().length;
  const over = (a, b) => [Math.min(a.right, b.right) - Math.max(a.left, b.left),
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];

  const wide = Math.max(root.scrollWidth, document.body.scrollWidth);
  if (wide > width) found.push(`scrolls sideways: ${wide} of ${width} px`);

  // Text: inside the page and inside the control it names, and never on other text.
  const lines = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest('script, style, select') || hidden(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = parent.closest('a, button, label, summary, td, th');
    const edges = box && getComputedStyle(box).display !== 'inline' ? box.getBoundingClientRect() : null;
    for (const line of range.getClientRects()) {
      if (line.width < 1) continue;
      if (line.left < -1 || line.right > width + 1) found.push(`text leaves the page: ${named(parent)}`);
      if (edges && (line.left < edges.left - 1 || line.right > edges.right + 1 ||
          line.top < edges.top - 3 || line.bottom > edges.bottom + 3)) found.push(`text leaves its control: ${named(box)}`);
      lines.push([line, parent, node]);
    }
  }
  lines.sort((a, b) => a[0].top - b[0].top);
  for (let i = 0; i < lines.length; i++) {
    for (let j = i + 1; j < lines.length && lines[j][0].top < lines[i][0].bottom; j++) {
      const [x, y] = over(lines[i][0], lines[j][0]);
      // A line's box is taller than its letters, Arabic's above all; half of it is letters on letters.
      if (lines[i][2] !== lines[j][2] && x > 2 && y > Math.min(lines[i][0].height, lines[j][0].height) / 2)
        found.push(`text on text: ${named(lines[i][1])} and ${named(lines[j][1])}`);
    }
  }

  // Boxes that cut what they hold.
  for (const node of document.body.querySelectorAll('*')) {
    if (hidden(node) || node.matches('input, textarea, option, svg, svg *')) continue;
    const style = getComputedStyle(node), x = style.overflowX, y = style.overflowY;
    if ((x !== 'visible' && node.scrollWidth > node.clientWidth + 1) ||
        (/hidden|clip/.test(y) && node.scrollHeight > node.clientHeight + 1)) found.push(`cut: ${named(node)}`);
    if (style.textOverflow === 'ellipsis') found.push(`shortened: ${named(node)}`);
  }
  const pen = document.createElement('canvas').getContext('2d');
  for (const node of document.querySelectorAll('select')) {
    const style = getComputedStyle(node), chosen = node.selectedOptions[0]?.text ?? '';
    pen.font = style.font;
    const room = node.clientWidth - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd) - 16;
    if (pen.measureText(chosen).width > room) found.push(`cut: the choice “${chosen}”`);
  }

  // Controls: apart from each other, and large enough for a thumb. Links within a sentence are as high as it.
  const controls = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(node => !hidden(node));
  const boxes = controls.map(node => [...node.getClientRects()]);
  controls.forEach((one, i) => controls.slice(i + 1).forEach((other, k) => {
    if (one.contains(other) || other.contains(one)) return;
    if (boxes[i].some(a => boxes[i + 1 + k].some(b => over(a, b).every(side => side > 1))))
      found.push(`one on another: ${named(one)} and ${named(other)}`);
  }));
  for (const node of controls) {
    if (node.matches('a') && getComputedStyle(node).display === 'inline') continue;
    const target = node.matches('[type=radio], [type=checkbox]') ? node.labels[0] : node;
    const box = target.getBoundingClientRect();
    if (box.height < 43.5) found.push(`a low target, ${box.height.toFixed(0)} px: ${named(target)}`);
  }
  return [...new Set(found)];
}

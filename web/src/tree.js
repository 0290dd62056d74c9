// The tree of units, following the ARIA tree pattern. `<ul role="tree">` of `<li role="treeitem" aria-expanded>`, each with
// an `<a class="n">`; children that aren't loaded yet come from `data-children`.
async function open(item) {
  if (item.getAttribute('aria-expanded') !== 'false') return;
  if (!item.querySelector(':scope > ul') && item.dataset.children) {
    const answer = await fetch(item.dataset.children, { headers: { 'HX-Request': 'true' } });
    if (!answer.ok) return;
    const group = document.createElement('ul');
    group.setAttribute('role', 'group');
    group.innerHTML = await answer.text();
    for (const one of group.querySelectorAll('.n')) one.tabIndex = -1;
    if (!item.querySelector(':scope > ul')) item.append(group);
  }
  item.setAttribute('aria-expanded', 'true');
}

const shut = (item) => item.setAttribute('aria-expanded', 'false');
const link = (item) => item.querySelector(':scope > .n, :scope > .n-row > .n');
const seen = (tree) => [...tree.querySelectorAll('[role=treeitem]')].filter((item) => link(item)?.offsetParent);

function go(tree, item) {
  for (const other of tree.querySelectorAll('.n')) other.tabIndex = -1;
  const to = link(item);
  to.tabIndex = 0;
  to.focus();
}

// Without JavaScript every link is reached with Tab; with it the tree is one tab stop, and arrow keys move in it.
for (const tree of document.querySelectorAll('[role=tree]')) {
  const links = [...tree.querySelectorAll('.n')];
  for (const one of links) one.tabIndex = -1;
  const first = tree.querySelector('[aria-selected=true] > .n') ?? links[0];
  if (first) first.tabIndex = 0;
}

document.addEventListener('click', (event) => {
  const toggle = event.target.closest('[data-tree-toggle]');
  if (!toggle) return;
  event.preventDefault();
  const item = toggle.closest('[role=treeitem]');
  if (item.getAttribute('aria-expanded') === 'true') shut(item); else open(item);
});

document.addEventListener('keydown', async (event) => {
  const tree = event.target.closest('[role=tree]');
  const item = event.target.closest('[role=treeitem]');
  if (!tree || !item || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = seen(tree);
  const at = items.indexOf(item);
  const expanded = item.getAttribute('aria-expanded');
  if (event.key === 'ArrowDown' && items[at + 1]) go(tree, items[at + 1]);
  else if (event.key === 'ArrowUp' && items[at - 1]) go(tree, items[at - 1]);
  else if (event.key === 'ArrowRight' && expanded === 'false') await open(item);
  else if (event.key === 'ArrowRight' && expanded === 'true' && items[at + 1]) go(tree, items[at + 1]);
  else if (event.key === 'ArrowLeft' && expanded === 'true') shut(item);
  else if (event.key === 'ArrowLeft') { const above = item.parentElement.closest('[role=treeitem]'); if (above) go(tree, above); }
  else if (event.key === 'Home') go(tree, items[0]);
  else if (event.key === 'End') go(tree, items[items.length - 1]);
  else if (event.key.length === 1 && event.key.trim()) {
    const turn = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    const hit = turn.find((other) => link(other).textContent.trim().startsWith(event.key));
    if (!hit) return;
    go(tree, hit);
  } else return;
  event.preventDefault();
});

/** The style and the script of the HTML reference. Both are inline, so that the page works from a file and offline. */

export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#ddd, #444); --soft: light-dark(#f5f5f7, #1d1f23);
  --link: light-dark(#0b57d0, #8ab4f8); --mute: light-dark(#666, #aaa); --warn: light-dark(#b3261e, #f2b8b5); }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 18rem minmax(0, 1fr); font: 16px/1.5 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1rem; border-right: 1px solid var(--line);
  background: var(--soft); font-size: 0.9rem; }
nav input { width: 100%; padding: 0.4rem 0.6rem; font: inherit; border: 1px solid var(--line); border-radius: 6px; }
nav h2 { font-size: 0.95rem; margin: 1rem 0 0.25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { font-family: ui-monospace, monospace; font-size: 0.8rem; overflow-wrap: anywhere; }
nav li.type { opacity: 0.8; }
#count { min-height: 1.5em; margin: 0.25rem 0 0; color: var(--mute); }
main { padding: 1rem 2rem 40vh; max-width: 62rem; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
article { border-top: 1px solid var(--line); padding-top: 0.25rem; margin-top: 2rem; }
article:target { background: var(--soft); box-shadow: 0 0 0 0.75rem var(--soft); }
h3 { font-size: 1.15rem; margin: 0.75rem 0; }
h4 { margin: 1.25rem 0 0.25rem; }
.module > h2, .module > h3 { font-size: 1.6rem; margin: 3rem 0 1rem; }
.example { margin-top: 1.25rem; }
.what { color: var(--mute); font-weight: normal; font-size: 0.85rem; }
.since { color: var(--mute); font-weight: normal; font-size: 0.8rem; margin-left: 0.5rem; }
.anchor { margin-left: 0.5rem; opacity: 0; }
h3:hover .anchor, .anchor:focus { opacity: 1; }
.mark { font-size: 0.75rem; font-weight: normal; border: 1px solid var(--line); border-radius: 4px; padding: 0 0.3rem;
  margin-left: 0.3rem; color: var(--mute); white-space: nowrap; }
.mark.deprecated, .mark.unstable { color: var(--warn); border-color: currentColor; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid var(--line); padding: 0.3rem 0.75rem 0.3rem 0; vertical-align: top; }
td p { margin: 0; }
td:first-child { white-space: nowrap; }
td[colspan] { white-space: normal; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 0.6rem 0.8rem; overflow: auto;
  line-height: 1.35; }
pre .server { color: var(--mute); }
.note { border-left: 3px solid var(--link); padding-left: 0.75rem; margin: 0.75rem 0; }
.note p:first-of-type { display: inline; }
.remarks { color: var(--mute); }
[hidden] { display: none !important; }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; max-height: 40vh; }
  main { padding: 1rem; overflow-wrap: anywhere; } table, tbody, tr, td { display: block; }
  tr { border-top: 1px solid var(--line); padding: 0.3rem 0; } td { border: 0; padding: 0; }
  td:first-child { white-space: normal; } }
@media print { nav { display: none; } body { display: block; } }
`;

export const SCRIPT = `
'use strict';
const search = document.getElementById('search');
const count = document.getElementById('count');
const articles = [...document.querySelectorAll('article')];
const texts = new Map(articles.map((article) => [article, article.textContent.toLowerCase()]));
const links = new Map([...document.querySelectorAll('nav li')].map((item) => [decodeURIComponent(item.firstChild.hash.slice(1)), item]));
function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const article of articles) {
    const hit = words.every((word) => texts.get(article).includes(word));
    article.hidden = !hit;
    links.get(article.id).hidden = !hit;
    if (hit) shown++;
  }
  for (const [part, entry] of [['main', 'article'], ['nav', 'li']]) {
    for (const section of document.querySelectorAll(part + ' section')) {
      section.hidden = words.length > 0 && !section.querySelector(entry + ':not([hidden])');
    }
  }
  count.textContent = words.length > 0 ? shown + ' of ' + articles.length : '';
}
search.addEventListener('input', filter);
search.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') { search.value = ''; filter(); }
  if (event.key !== 'Enter') return;
  const word = search.value.trim().toLowerCase();
  const visible = articles.filter((article) => !article.hidden);
  const best = visible.find((article) => article.id.toLowerCase() === word)
    ?? visible.find((article) => article.id.toLowerCase().startsWith(word)) ?? visible[0];
  if (best) location.hash = encodeURIComponent(best.id);
});
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== search) { event.preventDefault(); search.focus(); }
});
addEventListener('hashchange', () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.hidden) { search.value = ''; filter(); target.scrollIntoView(); }
});
`;

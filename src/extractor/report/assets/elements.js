// Making elements. Texts only ever become text nodes; nothing is parsed as HTML.

const byId = (id) => document.getElementById(id);

/** An element: `make('td', { class: 'x', onclick: f }, 'text', child)`. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const hidden = (text) => make('span', { class: 'hidden' }, text);
/** The colour of a field; hidden where its values are never marked in a text. */
const swatch = (field) => make(
  'span', { class: `swatch ${MARKED.has(field) ? styleOf(field) : 'unmarked'}`, 'aria-hidden': 'true' },
);

/** A bar as long as its share; what it means stands beside it as text. */
function bar(part, whole, classes = '') {
  const inner = make('span', { class: `bar ${classes}` });
  inner.style.width = `${whole ? Math.max(part ? 1 : 0, 100 * part / whole) : 0}%`;
  return make('span', { class: 'track', 'aria-hidden': 'true' }, inner);
}

/** A table with a caption; `head` names the columns, the first cell of a row is its heading. */
function table(caption, head, rows, classes = '') {
  const heading = make('tr', {}, ...head.map((name) => make('th', { scope: 'col' }, name)));
  const body = rows.map(([first, ...others]) => make(
    'tr', {}, make('th', { scope: 'row' }, first), ...others.map((cell) => make('td', {}, cell)),
  ));
  return make(
    'table', { class: classes }, make('caption', {}, caption), make('thead', {}, heading), make('tbody', {}, ...body),
  );
}

/** A histogram of confidence whose columns are buttons. */
function histogram(bins, label, choose) {
  const most = Math.max(...bins, 1);
  const columns = bins.map((count, index) => {
    const [from, to] = [(index / BINS).toFixed(1), ((index + 1) / BINS).toFixed(1)];
    const fill = make('span', { class: 'fill' });
    fill.style.height = `${count ? Math.max(2, 100 * count / most) : 0}%`;
    return make('li', {}, make(
      'button', { type: 'button', disabled: !count, title: `${from}–${to}: ${counted(count, 'value')}`, onclick: () => choose(index) },
      make('span', { class: 'column', 'aria-hidden': 'true' }, fill),
      make('span', { class: 'tick', 'aria-hidden': 'true' }, from),
      hidden(`${from} to ${to}: ${counted(count, 'value')}`),
    ));
  });
  return make('ol', { class: 'histogram', 'aria-label': label }, ...columns);
}

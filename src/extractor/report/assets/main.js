// Wires the page: filters, pages of rows, views, theme.

const state = { filter: anyFilter(), kept: [], page: 0, drawn: new Set() };
const VIEWS = ['rows', 'fields', 'errors'];

function checkbox(container, name, value, label, changed, extra = null) {
  const id = `${name}-${value}`;
  const input = make('input', { type: 'checkbox', id, name, value, onchange: changed });
  container.append(make('div', { class: 'check' }, input, make('label', { for: id }, extra, label)));
  return input;
}

function pageButton(label, page, pages, word) {
  return make('button', {
    type: 'button', disabled: page < 0 || page >= pages, onclick: () => { drawRows(page); toTop(); }, 'data-page': word,
  }, label);
}

function toTop() {
  byId('found').scrollIntoView({ block: 'start' });
  byId('row-list').querySelector('h3')?.setAttribute('tabindex', '-1');
  byId('row-list').querySelector('h3')?.focus({ preventScroll: true });
}

function drawPages(pages) {
  for (const id of ['pages-above', 'pages-below']) {
    const at = make('span', {}, `page ${number(state.page + 1)} of ${number(pages)}`);
    byId(id).replaceChildren(...(pages < 2 ? [] : [
      pageButton('First', state.page ? 0 : -1, pages, 'first'), pageButton('Previous', state.page - 1, pages, 'previous'), at,
      pageButton('Next', state.page + 1, pages, 'next'),
      pageButton('Last', state.page === pages - 1 ? pages : pages - 1, pages, 'last'),
    ]));
  }
}

function drawRows(page) {
  const pages = Math.max(1, Math.ceil(state.kept.length / PAGE_ROWS));
  state.page = Math.min(Math.max(page, 0), pages - 1);
  const shown = state.kept.slice(state.page * PAGE_ROWS, (state.page + 1) * PAGE_ROWS);
  byId('row-list').replaceChildren(...shown.map(rowElement));
  drawPages(pages);
  const first = state.page * PAGE_ROWS + 1;
  const some = state.kept.length === DATA.rows.length ? counted(DATA.rows.length, 'row') : `${number(state.kept.length)} of ${counted(DATA.rows.length, 'row')}`;
  byId('found').textContent = shown.length ? `${some} · showing ${number(first)} to ${number(first + shown.length - 1)}` : `No row of ${number(DATA.rows.length)} is like that.`;
}

function choose() {
  state.kept = chosenRows(state.filter);
  drawRows(0);
}

/** Fill the list of what a field may hold. */
function drawHolds() {
  const { field, holds } = state.filter;
  byId('holds-control').hidden = field === null;
  byId('sure-legend').textContent = field === null ? 'Least sure value' : 'Least sure of this field';
  if (field === null) return;
  const full = DATA.rows.flatMap((row) => row.values.filter((value) => value[FIELD] === field && !holdsNothing(value[FOUND])));
  const most = countedBy(full, (value) => textOf(value[FOUND])).slice(0, 50).map(([text]) => text);
  if (holds.startsWith('=') && !most.includes(holds.slice(1))) most.unshift(holds.slice(1));
  const options = [['', 'anything or nothing'], ['+', 'something'], ['-', 'nothing'], ...most.map((text) => [`=${text}`, text])];
  byId('holds').replaceChildren(...options.map(([value, label]) => make('option', { value, selected: value === holds }, label)));
}

/** Put the filter into the form. */
function drawFilter() {
  const filter = state.filter;
  byId('query').value = filter.query;
  byId('field').value = filter.field === null ? '' : String(filter.field);
  byId('sure-from').value = filter.from;
  byId('sure-to').value = filter.to;
  byId('order').value = filter.order;
  for (const input of document.querySelectorAll('input[name=status]')) input.checked = filter.statuses.has(input.value);
  for (const input of document.querySelectorAll('input[name=verdict]')) input.checked = filter.verdicts.has(input.value);
  drawHolds();
}

/** Take the filter from the form. */
function readFilter() {
  const checked = (name) => new Set([...document.querySelectorAll(`input[name=${name}]:checked`)].map((input) => input.value));
  const bound = (id, otherwise) => (byId(id).value === '' ? otherwise : Number(byId(id).value));
  const before = state.filter;
  const field = byId('field').value === '' ? null : Number(byId('field').value);
  state.filter = {
    query: byId('query').value.toLowerCase(), statuses: checked('status'), verdicts: checked('verdict'), field,
    holds: field !== null && field === before.field ? byId('holds').value : '',
    errorType: checked('status').has('failed') ? before.errorType : '',
    from: bound('sure-from', 0), to: bound('sure-to', 1), order: byId('order').value,
  };
  if (field !== before.field) drawHolds();
  choose();
}

/** Show the rows of a filter, or one row. */
function show(part, index = null) {
  state.filter = { ...anyFilter(), ...part };
  drawFilter();
  choose();
  if (index !== null) drawRows(Math.floor(state.kept.indexOf(index) / PAGE_ROWS));
  location.hash = '#rows';
  drawView();
  const heading = index === null ? byId('row-list').querySelector('h3') : byId(`row-${index}`);
  heading?.setAttribute('tabindex', '-1');
  heading?.focus();
}

function drawView() {
  const wanted = location.hash.slice(1);
  const view = VIEWS.includes(wanted) ? wanted : 'rows';
  for (const name of VIEWS) byId(`${name}-view`).hidden = name !== view;
  for (const anchor of document.querySelectorAll('nav.views a')) {
    if (anchor.getAttribute('href') === `#${view}`) anchor.setAttribute('aria-current', 'page');
    else anchor.removeAttribute('aria-current');
  }
  if (view !== 'rows' && !state.drawn.has(view)) {
    state.drawn.add(view);
    (view === 'fields' ? showFields : showErrors)(show);
  }
}

function drawFacts() {
  const failed = DATA.rows.filter((row) => row.error !== undefined).length;
  const wrong = DATA.rows.reduce((sum, row) => sum + row.values.filter((value) => ![null, 'right'].includes(verdictOf(value))).length, 0);
  byId('facts').replaceChildren(...DATA.facts.map(([name, value]) => make('span', {}, make('b', {}, value), ` ${name}`)));
  byId('count-rows').textContent = number(DATA.rows.length);
  byId('count-fields').textContent = number(DATA.fields.length);
  byId('count-errors').textContent = number(failed + wrong);
  byId('notes').hidden = !DATA.notes.length;
  byId('notes').append(...DATA.notes.map((note) => make('p', {}, note)));
}

function fillForm() {
  for (const [status, count] of countedBy(DATA.rows, (row) => row.status)) {
    checkbox(byId('status'), 'status', status, `${statusWord(status)} (${number(count)})`, readFilter);
  }
  byId('verdict').hidden = !DATA.compares;
  if (DATA.compares) {
    for (const verdict of DATA.verdicts) {
      const count = DATA.rows.filter((row) => verdictsOf(row).has(verdict)).length;
      checkbox(byId('verdict'), 'verdict', verdict, `${VERDICT_WORDS[verdict]} (${counted(count, 'row')})`, readFilter);
    }
  }
  byId('field').append(...DATA.fields.map((name, field) => make('option', { value: field }, name)));
  byId('legend').hidden = !MARKED.size;
  for (const field of [...MARKED].sort((one, other) => one - other)) {
    const input = checkbox(byId('legend'), 'marked', field, DATA.fields[field], (event) => {
      if (event.target.checked) UNMARKED.delete(field);
      else UNMARKED.add(field);
      drawRows(state.page);
    }, swatch(field));
    input.checked = true;
  }
}

let waiting = null;
function soon(action) {
  clearTimeout(waiting);
  waiting = setTimeout(action, 150);
}

function start() {
  drawFacts();
  fillForm();
  watchRows(byId('row-list'));
  byId('query').addEventListener('input', () => soon(readFilter));
  for (const id of ['field', 'holds', 'order', 'sure-from', 'sure-to']) byId(id).addEventListener('change', readFilter);
  byId('names').addEventListener('change', () => byId('row-list').classList.toggle('unnamed', !byId('names').checked));
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  byId('filters').addEventListener('reset', (event) => {
    event.preventDefault();
    state.filter = anyFilter();
    drawFilter();
    choose();
  });
  byId('theme').addEventListener('change', () => { document.documentElement.dataset.theme = byId('theme').value; });
  window.addEventListener('hashchange', drawView);
  choose();
  drawView();
}

start();

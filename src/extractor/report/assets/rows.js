// The rows: text with its spans marked, and beside it the values. Hovering or focusing one shows the other.

const LONG_TEXT = 1500;
const UNMARKED = new Set(); // fields whose spans are not shown

function marksOf(row) {
  const marked = [];
  row.values.forEach((value, index) => {
    if (UNMARKED.has(value[FIELD])) return;
    if (value[SPAN]) marked.push({ start: value[SPAN][0], end: value[SPAN][1], value: index, gold: false });
    if (value[GOLD_SPAN] && verdictOf(value) !== 'right') {
      marked.push({ start: value[GOLD_SPAN][0], end: value[GOLD_SPAN][1], value: index, gold: true });
    }
  });
  return marked;
}

function markElement(row, text, start, end, over) {
  const found = over.find((mark) => !mark.gold);
  const gold = over.some((mark) => mark.gold);
  const shown = found ?? over[0];
  const field = row.values[shown.value][FIELD];
  const last = end === shown.end;
  return make('mark', {
    class: `${found ? styleOf(field) : ''}${gold ? ' gold' : ''}${last ? ' last' : ''}`,
    'data-values': over.filter((mark) => !mark.gold).map((mark) => mark.value).join(' '),
    'data-gold': over.filter((mark) => mark.gold).map((mark) => mark.value).join(' '),
    'data-name': last ? `${found ? '' : 'gold '}${DATA.fields[field]}` : null,
  }, text.slice(start, end));
}

function textElement(row) {
  if (row.text === null) return make('p', { class: 'text none' }, 'The text is not in this file; name it with --source.');
  const parts = segments(row.text, marksOf(row)).map(
    ([start, end, over]) => (over.length ? markElement(row, row.text, start, end, over) : row.text.slice(start, end)),
  );
  const long = row.text.length > LONG_TEXT;
  const name = long ? { tabindex: '0', role: 'region', 'aria-label': `Text of ${row.name}` } : {};
  return make('div', { class: `text${long ? ' long' : ''}`, dir: 'auto', ...name }, ...parts);
}

function leafElement(leaf) {
  if (leaf === null) return make('span', { class: 'none' }, '–');
  return make('span', { class: holdsNothing(leaf) ? 'none' : `leaf ${kindOf(leaf)}`, dir: 'auto' }, textOf(leaf));
}

function valueCell(value, index) {
  const shown = leafElement(value[FOUND]);
  if (!value[SPAN] && !value[GOLD_SPAN]) return make('td', {}, shown);
  const where = value[SPAN] ? ', marked in the text' : ', the gold value is marked in the text';
  return make('td', {}, make('button', { type: 'button', class: 'value', 'data-value': index }, shown, hidden(where)));
}

function sureCell(sure) {
  if (sure === null) return make('td', { class: 'sure' }, '');
  const level = sure < 0.5 ? 'low' : (sure < 0.8 ? 'middling' : 'high');
  return make('td', { class: `sure ${level}` }, sure.toFixed(2));
}

function valueRow(value, index) {
  const verdict = verdictOf(value);
  const compared = DATA.compares
    ? [
      make('td', {}, verdict === null ? '' : leafElement(value[GOLD])),
      make('td', {}, verdict === null ? '' : make('span', { class: `verdict ${verdict}` }, VERDICT_WORDS[verdict])),
    ]
    : [];
  return make('tr', { 'data-value': index },
    make('th', { scope: 'row' }, swatch(value[FIELD]), value[PATH]), valueCell(value, index), ...compared, sureCell(value[SURE]));
}

function failureOf(row) {
  const about = row.error.path ? make('p', { class: 'about' }, `Field: ${row.error.path}`) : null;
  return make('div', { class: 'failure' }, make('strong', {}, row.error.type), make('p', {}, row.error.message), about);
}

function valuesElement(row) {
  if (!row.values.length) return row.error ? null : make('p', { class: 'none' }, DATA.compares ? 'Nothing here, and nothing found.' : '');
  const names = ['Field', DATA.compares ? 'Found' : 'Value', ...(DATA.compares ? ['Gold', 'Compared'] : []), 'Sure'];
  return make('table', { class: DATA.compares ? 'values compared' : 'values' },
    make('caption', { class: 'hidden' }, `Values of ${row.name}`),
    make('thead', { class: DATA.compares ? '' : 'slim' }, make('tr', {}, ...names.map((name) => make('th', { scope: 'col' }, name)))),
    make('tbody', {}, ...row.values.map(valueRow)));
}

function rowElement(index) {
  const row = DATA.rows[index];
  const heading = make('h3', { id: `row-${index}` }, row.name);
  const notes = (row.notes ?? []).map((note) => make('p', { class: 'note' }, note));
  const schema = row.schema ? make('span', { class: 'schema' }, row.schema) : null;
  const status = row.status === 'complete' ? null : make('span', { class: `status ${row.status}` }, statusWord(row.status));
  return make('article', { class: 'row', 'aria-labelledby': `row-${index}`, 'data-row': index },
    make('header', {}, heading, schema, status),
    make('div', { class: 'both' }, textElement(row), make('div', { class: 'beside' }, ...[row.error ? failureOf(row) : null, valuesElement(row), ...notes].filter((part) => part !== null))));
}

/** Mark what belongs together in a row: values by their numbers, or nothing. */
function link(article, numbers) {
  for (const element of article.querySelectorAll('.linked')) element.classList.remove('linked');
  for (const found of numbers) {
    article.querySelector(`tr[data-value="${found}"]`)?.classList.add('linked');
    for (const mark of article.querySelectorAll('mark')) {
      const its = `${mark.dataset.values} ${mark.dataset.gold}`.split(' ');
      if (its.includes(found)) mark.classList.add('linked');
    }
  }
}

function numbersAt(target) {
  const mark = target.closest('mark');
  if (mark) return `${mark.dataset.values} ${mark.dataset.gold}`.split(' ').filter((found) => found !== '');
  const line = target.closest('tr[data-value]');
  return line ? [line.dataset.value] : [];
}

function focusValue(target) {
  const [first] = target.closest('mark') ? numbersAt(target) : [];
  if (first !== undefined) target.closest('article').querySelector(`button[data-value="${first}"]`)?.focus();
}

function linkOn(event) {
  const article = event.target.closest?.('article.row');
  if (article) link(article, numbersAt(event.target));
}

function scrollToMark(event) {
  const button = event.target.closest?.('button.value');
  const mark = button?.closest('article').querySelector('.text.long mark.linked');
  mark?.scrollIntoView({ block: 'nearest' });
}

function watchRows(element) {
  element.addEventListener('mouseover', linkOn);
  element.addEventListener('focusin', (event) => { linkOn(event); scrollToMark(event); });
  element.addEventListener('mouseleave', () => { for (const article of element.children) link(article, []); });
  element.addEventListener('focusout', (event) => {
    const article = event.target.closest('article.row');
    if (article) link(article, []);
  });
  element.addEventListener('click', (event) => focusValue(event.target));
}

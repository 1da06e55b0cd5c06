// What the page knows: rows, filters, statistics. No element is touched here.

const DATA = JSON.parse(document.getElementById('data').textContent);
const [FIELD, PATH, FOUND, SPAN, SURE, VERDICT, GOLD, GOLD_SPAN] = [0, 1, 2, 3, 4, 5, 6, 7];
const VERDICT_WORDS = {
  right: 'right', missing: 'missing', invented: 'invented', wrong_span: 'wrong span', wrong_value: 'wrong value',
};
const STATUS_WORDS = { complete: 'complete', truncated: 'truncated', failed: 'error' };
const BINS = 10;
const PAGE_ROWS = 25;
const SHOWN_VALUES = 8;

const statusWord = (status) => STATUS_WORDS[status] ?? status;
const kindOf = (leaf) => DATA.kinds[leaf[0]];
const textOf = (leaf) => leaf[1];
const holdsNothing = (leaf) => leaf === null || kindOf(leaf) === 'null' || kindOf(leaf) === 'empty';
const verdictOf = (value) => (value.length > VERDICT ? DATA.verdicts[value[VERDICT]] : null);
const number = (value) => value.toLocaleString('en');
const counted = (count, noun) => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
const share = (part, whole) => (whole ? `${(100 * part / whole).toFixed(part === whole || !part ? 0 : 1)} %` : '–');

/** Field colours: six hues, four kinds of line, so that neighbours differ in both. */
const styleOf = (field) => `hue-${field % 6} line-${(field + Math.floor(field / 12)) % 4}`;

/** The lowest confidence of a row, of one field if it is given; null where none is known. */
function leastSure(row, field) {
  let least = null;
  for (const value of row.values) {
    if (value[SURE] !== null && (field === null || value[FIELD] === field) && (least === null || value[SURE] < least)) {
      least = value[SURE];
    }
  }
  return least;
}

function verdictsOf(row) {
  const found = new Set(row.values.map(verdictOf));
  found.delete(null);
  return found;
}

/** Fields with values that are marked in a text. */
const MARKED = new Set();
for (const row of DATA.rows) for (const value of row.values) if (value[SPAN] || value[GOLD_SPAN]) MARKED.add(value[FIELD]);

const anyFilter = () => ({
  query: '', statuses: new Set(), verdicts: new Set(), field: null, holds: '', errorType: '', from: 0, to: 1, order: 'file',
});

function hasText(row, query) {
  const within = (text) => text !== null && text.toLowerCase().includes(query);
  return within(row.text) || within(row.name) || (row.error !== undefined && within(row.error.message))
    || row.values.some((value) => (value[FOUND] !== null && within(textOf(value[FOUND])))
      || (value[GOLD] && within(textOf(value[GOLD]))));
}

function fieldHolds(row, filter) {
  const values = row.values.filter((value) => value[FIELD] === filter.field);
  const full = values.filter((value) => !holdsNothing(value[FOUND]));
  switch (filter.holds.slice(0, 1)) {
    case '': return true;
    case '+': return full.length > 0;
    case '-': return full.length === 0 && row.error === undefined;
    default: return full.some((value) => textOf(value[FOUND]) === filter.holds.slice(1));
  }
}

function compares(row, filter) {
  return row.values.some((value) => filter.verdicts.has(verdictOf(value))
    && (filter.field === null || value[FIELD] === filter.field));
}

function keeps(row, filter) {
  if (filter.statuses.size && !filter.statuses.has(row.status)) return false;
  if (filter.errorType && row.error?.type !== filter.errorType) return false;
  if (filter.verdicts.size && !compares(row, filter)) return false;
  if (filter.field !== null && !fieldHolds(row, filter)) return false;
  if (filter.from > 0 || filter.to < 1) {
    const least = leastSure(row, filter.field);
    if (least === null || least < filter.from || least > filter.to) return false;
  }
  return !filter.query || hasText(row, filter.query);
}

/** Numbers of the rows that a filter keeps, in its order. */
function chosenRows(filter) {
  const kept = [];
  DATA.rows.forEach((row, index) => { if (keeps(row, filter)) kept.push(index); });
  if (filter.order === 'sure') {
    const sure = (index) => leastSure(DATA.rows[index], filter.field) ?? 2;
    kept.sort((one, other) => sure(one) - sure(other) || one - other);
  }
  return kept;
}

const binOf = (sure) => Math.min(BINS - 1, Math.floor(sure * BINS + 1e-9));

/** Per field: rows that hold something, the values and how often, and a histogram of confidence. */
function statistics() {
  const fields = DATA.fields.map(() => ({
    values: new Map(), rows: 0, bins: new Array(BINS).fill(0), verdicts: {}, last: -1, numeric: true,
  }));
  DATA.rows.forEach((row, index) => {
    for (const value of row.values) {
      const field = fields[value[FIELD]];
      const verdict = verdictOf(value);
      if (verdict !== null) field.verdicts[verdict] = (field.verdicts[verdict] ?? 0) + 1;
      if (value[FOUND] === null) continue;
      if (value[SURE] !== null) field.bins[binOf(value[SURE])] += 1;
      if (holdsNothing(value[FOUND])) continue;
      if (field.last !== index) { field.rows += 1; field.last = index; }
      if (kindOf(value[FOUND]) !== 'number') field.numeric = false;
      const text = textOf(value[FOUND]);
      field.values.set(text, (field.values.get(text) ?? 0) + 1);
    }
  });
  return fields;
}

const countedBy = (items, name) => {
  const counts = new Map();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]);
};

/** A text cut at every end of a span: `[start, end, values]`, the shortest span first among the values. */
function segments(text, marked) {
  const ends = new Set([0, text.length]);
  for (const { start, end } of marked) { ends.add(start); ends.add(end); }
  const cuts = [...ends].sort((one, other) => one - other);
  const found = [];
  for (let index = 0; index + 1 < cuts.length; index += 1) {
    const [start, end] = [cuts[index], cuts[index + 1]];
    const over = marked.filter((mark) => mark.start <= start && end <= mark.end);
    over.sort((one, other) => (one.end - one.start) - (other.end - other.start));
    found.push([start, end, over]);
  }
  return found;
}

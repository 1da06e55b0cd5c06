// Fields: how often each is filled, with what, and how sure the model was. Also the figures of the whole run.

function facts(title, pairs) {
  if (!pairs.length) return null;
  const parts = pairs.map(([name, value]) => make(
    'div', {}, make('dt', {}, name), make('dd', {}, typeof value === 'number' ? number(value) : value),
  ));
  return make('section', { class: 'figures' }, make('h3', {}, title), make('dl', {}, ...parts));
}

function scoreTable() {
  if (!DATA.scores.length) return null;
  const cell = (value) => (Number.isInteger(value) && value > 1 ? number(value) : value.toFixed(3));
  const rows = DATA.scores.map(([name, found]) => [
    name || 'all fields', cell(found.precision), cell(found.recall), cell(found.f1), number(found.n),
  ]);
  return make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Scores' },
    table('Precision, recall and F1 over leaf values', ['Field', 'Precision', 'Recall', 'F1', 'Gold leaves'], rows, 'numbers'));
}

function numericBins(values) {
  const numbers = [...values].map(([text, count]) => [Number(text), count]).filter(([value]) => Number.isFinite(value));
  const low = numbers.reduce((least, [value]) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, [value]) => Math.max(most, value), -Infinity);
  const width = (high - low) / BINS;
  const bins = new Array(BINS).fill(0);
  for (const [value, count] of numbers) bins[Math.min(BINS - 1, Math.floor((value - low) / width))] += count;
  const plain = (value) => Number(value.toPrecision(4)).toLocaleString('en');
  return bins.map((count, index) => [`${plain(low + index * width)} – ${plain(low + (index + 1) * width)}`, count]);
}

function valueList(field, found, show) {
  const most = [...found.values].sort((one, other) => other[1] - one[1]);
  const binned = found.numeric && most.length > 2 * SHOWN_VALUES;
  const shown = binned ? numericBins(found.values) : most.slice(0, SHOWN_VALUES);
  const highest = Math.max(...shown.map(([, count]) => count), 1);
  const lines = shown.map(([text, count]) => {
    const name = binned
      ? make('span', { class: 'leaf' }, text)
      : make('button', { type: 'button', class: 'leaf', dir: 'auto', onclick: () => show({ field, holds: `=${text}` }) }, text);
    return make('li', {}, name, bar(count, highest, styleOf(field)), make('span', { class: 'times' }, number(count)));
  });
  const rest = binned ? 0 : most.slice(SHOWN_VALUES).reduce((sum, [, count]) => sum + count, 0);
  const more = rest ? make('p', { class: 'rest' }, `and ${counted(most.length - SHOWN_VALUES, 'other value')}, ${number(rest)} times`) : null;
  return make('div', {}, make('ul', { class: 'bars' }, ...lines), more);
}

function verdictLine(field, found, show) {
  if (!DATA.compares) return null;
  const buttons = DATA.verdicts.filter((name) => found.verdicts[name]).map((name) => make(
    'button', { type: 'button', class: `verdict ${name}`, onclick: () => show({ field, verdicts: new Set([name]) }) },
    `${VERDICT_WORDS[name]} ${number(found.verdicts[name])}`,
  ));
  return make('p', { class: 'verdicts' }, ...buttons);
}

function fieldElement(field, found, show) {
  const rows = DATA.rows.filter((row) => row.error === undefined).length;
  const sure = found.bins.some((count) => count > 0);
  const filled = `in ${counted(found.rows, 'row')} (${share(found.rows, rows)}) · ${counted(found.values.size, 'distinct value')}`;
  return make('article', { class: 'field', 'aria-labelledby': `field-${field}` },
    make('h3', { id: `field-${field}` }, swatch(field), DATA.fields[field]),
    make('p', { class: 'filled' }, filled), verdictLine(field, found, show), valueList(field, found, show),
    sure ? make('h4', {}, 'Confidence') : null,
    sure ? histogram(found.bins, `Confidence of ${DATA.fields[field]}`, (bin) => show({ field, ...binRange(bin) })) : null);
}

const binRange = (bin) => ({ from: bin / BINS, to: (bin + 1) / BINS });

function showFields(show) {
  const found = statistics();
  const all = new Array(BINS).fill(0);
  for (const field of found) field.bins.forEach((count, bin) => { all[bin] += count; });
  const sure = all.some((count) => count > 0)
    ? make('section', { class: 'all-sure' }, make('h3', {}, 'Confidence of all values'),
      histogram(all, 'Confidence of all values', (bin) => show(binRange(bin))))
    : null;
  byId('summary').replaceChildren(...[facts('Run', DATA.speed), sure, scoreTable()].filter((part) => part !== null));
  byId('field-list').replaceChildren(...found.map((field, index) => fieldElement(index, field, show)));
}

// Errors: the rows without a record by the kind of error, and in a comparison the values by what is wrong.

const EXAMPLES = 5;

function rowButton(index, show) {
  const row = DATA.rows[index];
  return make('button', { type: 'button', onclick: () => show({}, index) }, row.name);
}

function failureElement(type, indices, show) {
  const messages = countedBy(indices, (index) => DATA.rows[index].error.message);
  const lines = messages.slice(0, EXAMPLES).map(([message, count]) => {
    const first = indices.find((index) => DATA.rows[index].error.message === message);
    return make('li', {}, make('p', {}, message),
      make('p', { class: 'about' }, `${counted(count, 'row')}, first `, rowButton(first, show)));
  });
  const rest = messages.length - lines.length;
  return make('article', { class: 'error' },
    make('h3', {}, type, ' ', make('span', { class: 'count' }, counted(indices.length, 'row'))),
    make('ul', {}, ...lines), rest > 0 ? make('p', { class: 'rest' }, `and ${counted(rest, 'other message')}`) : null,
    make('button', { type: 'button', onclick: () => show({ statuses: new Set(['failed']), errorType: type }) }, 'Show these rows'));
}

function verdictTable(show) {
  if (!DATA.compares) return null;
  const found = statistics();
  const wrong = DATA.verdicts.filter((name) => name !== 'right');
  const rows = found.map((field, index) => [
    make('span', {}, swatch(index), DATA.fields[index]),
    ...DATA.verdicts.map((name) => {
      const count = field.verdicts[name] ?? 0;
      if (!count) return make('span', { class: 'none' }, '0');
      return make('button', { type: 'button', onclick: () => show({ field: index, verdicts: new Set([name]) }) },
        number(count), hidden(` ${VERDICT_WORDS[name]}, show the rows`));
    }),
  ]);
  const note = make('p', { class: 'about' },
    'missing: gold has a value, none was found · invented: a value was found, gold has none · wrong span: the place of the '
    + 'value found overlaps that of gold · wrong value: both have one, and they differ');
  return make('section', { class: 'kinds' },
    make('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Values by field and kind of error' },
      table('Values by field and kind of error', ['Field', 'right', ...wrong.map((name) => VERDICT_WORDS[name])], rows, 'numbers')),
    note);
}

function showErrors(show) {
  const byType = new Map();
  DATA.rows.forEach((row, index) => {
    if (row.error === undefined) return;
    if (!byType.has(row.error.type)) byType.set(row.error.type, []);
    byType.get(row.error.type).push(index);
  });
  const groups = [...byType].sort((one, other) => other[1].length - one[1].length);
  const parts = groups.map(([type, indices]) => failureElement(type, indices, show));
  const table_ = verdictTable(show);
  if (!parts.length) parts.push(make('p', { class: 'empty' }, 'Every row has a record.'));
  byId('error-list').replaceChildren(...(table_ ? [table_] : []), ...parts);
}

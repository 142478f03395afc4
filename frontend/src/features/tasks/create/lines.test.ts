import { describe, expect, it } from 'vitest';
import { restOf, rowsOf } from './lines';

/** Each line with how deep it stands, and below which. */
const tree = (text: string) => rowsOf(text).map((row, _i, rows) => `${'>'.repeat(row.depth)}${row.text}${row.parent === null ? '' : `<${rows[row.parent]!.text}`}`);

describe('many lines', () => {
  it('drop the marks of lists', () => {
    expect(rowsOf('- one\n* two\n1. three\n2) four\n- [ ] five\n\n• six\n[x] seven\r\n25.11 eight').map((row) => row.text)).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven', '25.11 eight']);
  });
  it('know where they stand in the text', () => {
    const text = '- раз !high\n  - [ ] два завтра \r\n\tтри';
    for (const row of rowsOf(text)) expect(text.slice(row.from, row.from + row.text.length)).toBe(row.text);
  });
  it('without indents are one beside the other', () => {
    expect(tree('а\n\n- б\n1. в')).toEqual(['а', 'б', 'в']);
  });
});

describe('indented lines', () => {
  it.each([
    ['two spaces', 'а\n  б\n  в\nг', ['а', '>б<а', '>в<а', 'г']],
    ['a tab', 'а\n\tб\n\t\tв\nг', ['а', '>б<а', '>>в<б', 'г']],
    ['nested lists', '- а\n  - б\n    * в\n  - г\n- д', ['а', '>б<а', '>>в<б', '>г<а', 'д']],
    ['numbers and boxes', '1. а\n   - [ ] б\n   - [x] в\n2. г', ['а', '>б<а', '>в<а', 'г']],
    ['signs of a word processor', '•\tа\n\t○\tб\n\t\t▪\tв', ['а', '>б<а', '>>в<б']],
    ['one space is a slip', 'а\n б\n  в', ['а', 'б', '>в<б']],
    ['a space too many beside others', 'а\n  б\n   в\n    г', ['а', '>б<а', '>в<а', '>>г<в']],
    ['a step back to between', 'а\n    б\n  в\nг', ['а', '>б<а', '>в<а', 'г']],
    ['all of them moved in', '    а\n      б\n    в', ['а', '>б<а', 'в']],
    ['the first the deepest', '    а\n  б\nв', ['а', 'б', 'в']],
    ['empty lines between', 'а\n\n  б\n\n\n  в', ['а', '>б<а', '>в<а']],
  ])('%s', (_name, text, want) => expect(tree(text)).toEqual(want));
  it('go as deep as they are written', () => {
    const rows = rowsOf(Array.from({ length: 40 }, (_, i) => `${'  '.repeat(i)}n${i}`).join('\n'));
    expect(rows.at(-1)).toMatchObject({ depth: 39, parent: 38 });
  });
});

describe('what is left', () => {
  const rows = rowsOf('а\n  б\n    в\n  г\nд');
  const task = (n: number) => ({ id: n, key: `ERP-${n}`, title: 't', status: 'new' }) as const;
  const rest = (made: number[], own: number[] = []) => restOf(rows, rows.map((_, i) => (made.includes(i) ? task(i) : undefined)), (i) => own.includes(i));
  it('keeps its shape where parents wait too', () => {
    expect(rest([4])).toEqual({ text: 'а\n  б\n    в\n  г', rows: [0, 1, 2, 3] });
  });
  it('names the parent that is there', () => {
    expect(rest([0, 4]).text).toBe('^ERP-0 б\n  в\n^ERP-0 г');
    expect(rest([0, 1, 3, 4]).text).toBe('^ERP-1 в');
  });
  it('lets a line keep the parent it names itself', () => {
    expect(rest([0], [1]).text).toBe('б\n  в\n^ERP-0 г\nд');
  });
  it('reads back as it was meant', () => {
    const { text } = rest([0]);
    expect(tree(text)).toEqual(['^ERP-0 б', '>в<^ERP-0 б', '^ERP-0 г', 'д']);
  });
});

import { describe, expect, it } from 'vitest';
import { diffWords, merge3 } from './diff';

const read = (before: string, after: string) => diffWords(before, after).map((p) => `${{ same: '', del: '-', ins: '+' }[p.kind]}[${p.text}]`).join('');

describe('word differences', () => {
  it('finds what was replaced', () => {
    expect(read('остаток около 180 на счёте', 'остаток 184 на счёте')).toBe('[остаток ]-[около 180]+[184][ на счёте]');
  });
  it('rebuilds both texts from the pieces', () => {
    const a = 'Раз, два три.\nЧетыре пять шесть';
    const b = 'Раз два, три!\nПять шесть семь';
    const pieces = diffWords(a, b);
    expect(pieces.filter((p) => p.kind !== 'ins').map((p) => p.text).join('')).toBe(a);
    expect(pieces.filter((p) => p.kind !== 'del').map((p) => p.text).join('')).toBe(b);
  });
  it('says nothing where nothing changed', () => {
    expect(diffWords('то же', 'то же')).toEqual([{ kind: 'same', text: 'то же' }]);
    expect(diffWords('', '')).toEqual([]);
  });
});

describe('three-way merge', () => {
  it('joins edits that do not touch', () => {
    expect(merge3('При загрузке договор не подбирается.', 'При загрузке из банка договор не подбирается.', 'При загрузке договор не подбирается, если их два.')).toBe('При загрузке из банка договор не подбирается, если их два.');
  });
  it('leaves touching edits to a person', () => {
    expect(merge3('срок завтра', 'срок сегодня', 'срок вчера')).toBeNull();
  });
  it('takes the only edit, and the same edit once', () => {
    expect(merge3('а б', 'а б в', 'а б')).toBe('а б в');
    expect(merge3('а б', 'а б', 'а в')).toBe('а в');
    expect(merge3('а б', 'а в', 'а в')).toBe('а в');
  });
});

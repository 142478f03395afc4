import { describe, expect, it } from 'vitest';
import { choose, mergeLines, mergeTexts } from './merge';

const base = 'Шаги:\n\n- [ ] один\n- [ ] два\n- [ ] три\n\nИтог.';
describe('merging texts', () => {
  it('joins edits of different lines', () => {
    expect(mergeTexts(base, base.replace('Итог', 'Вывод'), base.replace('Шаги', 'План'))).toBe('План:\n\n- [ ] один\n- [ ] два\n- [ ] три\n\nВывод.');
  });
  it('joins ticks of neighbouring boxes', () => {
    expect(mergeTexts(base, base.replace('[ ] один', '[x] один'), base.replace('[ ] два', '[x] два'))).toBe(base.replace('[ ] один', '[x] один').replace('[ ] два', '[x] два'));
  });
  it('joins a line added at one end with words changed at the other', () => {
    expect(mergeTexts('a b\nc', 'a b\nc\nd', 'A b\nc')).toBe('A b\nc\nd');
  });
  it('takes one and the same edit once', () => {
    expect(mergeTexts(base, `${base}\nещё`, `${base}\nещё`)).toBe(`${base}\nещё`);
  });
  it('leaves to a person what touches', () => {
    expect(mergeTexts('старое', 'моё', 'их')).toBeNull();
    const parts = mergeLines('верх\nстарое\nмежду\nниз', 'верх\nмоё\nмежду\nниз', 'верх\nих\nмежду\nниз!');
    expect(parts.filter((p) => !('text' in p))).toHaveLength(1);
    expect(choose(parts, ['theirs'])).toBe('верх\nих\nмежду\nниз!');
    expect(choose(parts, ['mine'])).toBe('верх\nмоё\nмежду\nниз!');
    expect(choose(parts, ['both'])).toBe('верх\nмоё\nих\nмежду\nниз!');
  });
  it('keeps line ends as they were', () => {
    expect(mergeTexts('a\n', 'a\nb\n', 'c\na\n')).toBe('c\na\nb\n');
    expect(mergeTexts('', 'моё', '')).toBe('моё');
  });
});

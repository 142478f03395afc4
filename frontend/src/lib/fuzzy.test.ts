import { describe, expect, it } from 'vitest';
import { find, fuzzy, otherLayout } from './fuzzy';

const best = (query: string, texts: string[]) =>
  texts
    .map((text) => ({ text, hit: find(query, text) }))
    .filter((x) => x.hit)
    .sort((a, b) => b.hit!.score - a.hit!.score)
    .map((x) => x.text);

describe('finding', () => {
  it.each([
    ['ghbdtn', 'привет'], ['привет', 'ghbdtn'], ['ышпт', 'sign'], ['nt,z', 'тебя'], ['ERP', 'укз'],
  ])('%s is %s in the other layout', (a, b) => expect(otherLayout(a)).toBe(b.toLowerCase()));
  it('puts the start of the text before the start of a word before the middle', () => {
    expect(best('пер', ['Суперзадача', 'Закрытие периода', 'Перевести в статус'])).toEqual(['Перевести в статус', 'Закрытие периода', 'Суперзадача']);
  });
  it('finds words in any order, letters in order, and forgives the layout', () => {
    expect(find('статус перев', 'Перевести в статус…')).not.toBeNull();
    expect(find('gthtd', 'Перевести в статус…')).not.toBeNull();
    expect(find('ыуеештпы', 'Settings')).not.toBeNull();
    expect(find('птл', 'Показать тёмную лампу')).not.toBeNull();
    expect(find('шаблоны', 'Шаблоны')).not.toBeNull();
    expect(find('темная', 'Тёмная тема')).not.toBeNull();
  });
  it('does not find what is scattered', () => {
    expect(find('кот', 'Показать или скрыть боковую панель')).toBeNull();
    expect(find('zzz', 'Settings')).toBeNull();
    expect(find('settingsx', 'Settings')).toBeNull();
  });
  it('says what matched', () => {
    expect(fuzzy('пер', 'Закрытие периода')?.ranges).toEqual([[9, 12]]);
    expect(fuzzy('зак пер', 'Закрытие периода')?.ranges).toEqual([[0, 3], [9, 12]]);
  });
});

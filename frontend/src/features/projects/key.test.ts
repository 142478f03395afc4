import { expect, it } from 'vitest';
import { KEY, suggestKey } from './key';

it('a key is made of the name', () => {
  expect(suggestKey('Склад и логистика')).toBe('SIL');
  expect(suggestKey('Зарплата')).toBe('ZARP');
  expect(suggestKey('1С:ERP внедрение')).toBe('EV');
  expect(suggestKey('Ё')).toBe('');
  for (const name of ['Щи', 'Finance support', 'Обмены с банками 2']) expect(suggestKey(name)).toMatch(KEY);
});

import { expect, it } from 'vitest';
import { plainWords } from './text';

it('a quotation has the words of the Markdown and not its marks', () => {
  expect(plainWords('[@Анна Лебедева](/users/1) **готово**:\n\n- [x] акт `A_1`\n- счёт\n> было')).toBe('@Анна Лебедева готово: акт A_1 счёт было');
  expect(plainWords('# План\n```sql\nselect 2 * 3\n```\n![схема](/a.png)')).toBe('План select 2 * 3 схема');
  expect(plainWords('a [b] (c) [d](<x y>) 2 ** 3')).toBe('a [b] (c) [d](<x y>) 2 3');
});

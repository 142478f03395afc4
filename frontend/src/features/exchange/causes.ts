import { useTranslation } from 'react-i18next';
import type { DeadLetter } from '../../api/types';
import { clip } from '../../lib/text';
import { valueAt } from './json';
import { textOf, useFieldName } from './Value';

/** Letters that failed for one reason at one place: one mistake, mended once. */
export interface Cause {
  id: number;
  letters: DeadLetter[];
}
export function causes(letters: DeadLetter[]): Cause[] {
  const found = new Map<string, Cause>();
  for (const letter of letters) {
    const key = JSON.stringify([letter.state, letter.code, letter.pointer, letter.detail, letter.source]);
    const known = found.get(key);
    if (known) known.letters.push(letter);
    else found.set(key, { id: letter.id, letters: [letter] });
  }
  // The oldest letter names the cause in the address: newer ones come and go.
  for (const cause of found.values()) cause.id = Math.min(...cause.letters.map((l) => l.id));
  return [...found.values()];
}

/** The last part of the pointer: the field it is about. */
export const fieldOf = (letter: DeadLetter): string => letter.pointer?.split('/').at(-1) ?? '';

/** What went wrong in the reader's language, and what would be right. The server's own sentence where we know no better. */
export function useCauseWords() {
  const { t, i18n } = useTranslation();
  const fieldName = useFieldName();
  return (letter: DeadLetter): { title: string; expected: string } => {
    // A mended letter holds the right value; the wrong one is in the server's sentence.
    const told = /^(.+) is not a status$|has the source (.+)$/.exec(letter.detail);
    const value = clip(told?.[1] ?? told?.[2] ?? textOf(valueAt(letter.payload, letter.pointer)), 40);
    const code = letter.code === 'invalid-json' ? (letter.detail.startsWith('not UTF-8') ? 'not_utf8' : letter.detail.startsWith('EOF') ? 'cut' : 'no_json') : letter.code.replaceAll('-', '_');
    const key = `exchange.cause.${code}`;
    const field = fieldOf(letter);
    const expected = `exchange.expected.${field}`;
    return {
      title: i18n.exists(key) ? t(key, { value, name: fieldName(field) || t('exchange.message'), source: letter.source ?? '' }) : letter.detail,
      expected: letter.pointer && i18n.exists(expected) ? t(expected) : letter.detail,
    };
  };
}

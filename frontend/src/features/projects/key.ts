const LATIN: Record<string, string> = { а: 'A', б: 'B', в: 'V', г: 'G', д: 'D', е: 'E', ё: 'E', ж: 'J', з: 'Z', и: 'I', й: 'Y', к: 'K', л: 'L', м: 'M', н: 'N', о: 'O', п: 'P', р: 'R', с: 'S', т: 'T', у: 'U', ф: 'F', х: 'H', ц: 'C', ч: 'CH', ш: 'SH', щ: 'SH', ы: 'Y', э: 'E', ю: 'YU', я: 'YA' };

/** "Склад и логистика" → "SIL", "Зарплата" → "ZARP": a key to begin with. */
export function suggestKey(name: string): string {
  const latin = (word: string) => [...word.toLowerCase()].map((c) => LATIN[c] ?? c).join('').toUpperCase().replace(/[^A-Z0-9]/g, '');
  const words = name.split(/[^\p{L}\p{N}]+/u).map(latin).filter(Boolean);
  const initials = words.map((w) => w[0]).join('');
  const key = (words.length > 1 ? initials : (words[0] ?? '').slice(0, 4)).replace(/^[0-9]+/, '').slice(0, 10);
  return key.length >= 2 ? key : '';
}
/** As the server wants it. */
export const KEY = /^[A-Z][A-Z0-9]{1,9}$/;
/** What may be typed of a key. */
export const keyInput = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, 10);

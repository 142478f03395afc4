/** Readable JSON; what is no JSON stays as it came. Big numbers are not touched. */
export function pretty(text: string): string {
  if (/\d{16,}/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/**
 * A key opens a dialog with a field, and a quick typist types on at once: until the field has the
 * focus, what is typed is kept and given to it.
 */
export function typeAhead(field: string, put: (text: string) => void): void {
  if (typeof document === 'undefined') return;
  const ready = () => document.activeElement?.matches(field) ?? false;
  const stop = () => {
    removeEventListener('keydown', onKey, true);
    removeEventListener('focusin', onFocus, true);
    clearTimeout(timer);
  };
  const onFocus = () => ready() && stop();
  const onKey = (event: KeyboardEvent) => {
    if (ready() || event.key === 'Escape') return stop();
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    put(event.key);
  };
  const timer = setTimeout(stop, 4000);
  addEventListener('keydown', onKey, true);
  addEventListener('focusin', onFocus, true);
}

/**
 * A key opens a dialog with a field, and a quick typist types on at once: until the field has the
 * focus, what is typed is kept and given to it.
 */
export function typeAhead(field: string, put: (text: string) => void, open: () => boolean): void {
  if (typeof document === 'undefined') return;
  const ready = () => document.activeElement?.matches(field) ?? false;
  const stop = () => {
    removeEventListener('keydown', onKey, true);
    clearTimeout(timer);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || !open()) return stop();
    // A dialog that opens may take the focus and lose it once more: those keys count too.
    if (ready()) return;
    if (document.activeElement?.matches('input, textarea, [contenteditable="true"], [role="dialog"] :is(button, a)')) return stop();
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    put(event.key);
  };
  const timer = setTimeout(stop, 4000);
  addEventListener('keydown', onKey, true);
}

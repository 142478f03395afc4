import { expect, it } from 'vitest';
import { typeAhead } from './typeahead';

const press = (key: string) => document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

it('keeps what is typed until the field is there, and no longer than the dialog', () => {
  let text = '';
  let open = true;
  typeAhead('.field', (more) => (text += more), () => open);
  for (const key of ['о', 'т', 'Shift', '4']) press(key);
  expect(text).toBe('от4');
  document.body.innerHTML = '<input class="field">';
  document.querySelector<HTMLInputElement>('.field')!.focus();
  press('x');
  expect(text).toBe('от4');
  document.body.innerHTML = '';
  open = false;
  press('j');
  open = true;
  press('j');
  expect(text).toBe('от4');
});

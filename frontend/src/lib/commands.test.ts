import { afterEach, describe, expect, it, vi } from 'vitest';
import { addCommands, allCommands, type Command, findCommand, keyCaps, listenToKeys, type Stroke } from './commands';

const stroke = (code: string, more: Partial<Stroke> = {}): Stroke => ({ code, key: '', mod: false, shift: false, alt: false, ...more });
const command = (id: string, keys: string, run = () => undefined): Command => ({ id, title: id, group: 'go', keys, run });
let off: (() => void)[] = [];
afterEach(() => {
  off.forEach((f) => f());
  off = [];
});
const press = (code: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) => target.dispatchEvent(new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true, ...more }));

describe('command registry', () => {
  it('puts the latest screen on top of the same command', () => {
    off.push(addCommands([command('a', 'KeyA')]), addCommands([{ ...command('a', 'KeyB'), title: 'second' }]));
    expect(allCommands().filter((c) => c.id === 'a')).toMatchObject([{ title: 'second' }]);
  });
  it('goes by the place of the key, not by its letter', () => {
    const list = [command('down', 'KeyJ')];
    expect(findCommand(list, stroke('KeyJ', { key: 'о' }), null).command?.id).toBe('down');
  });
  it('tells modifiers apart', () => {
    const list = [command('x', 'KeyX'), command('range', 'Shift+KeyX'), command('palette', 'Mod+KeyK')];
    expect(findCommand(list, stroke('KeyX', { shift: true }), null).command?.id).toBe('range');
    expect(findCommand(list, stroke('KeyK'), null).command).toBeUndefined();
    expect(findCommand(list, stroke('KeyK', { mod: true }), null).command?.id).toBe('palette');
  });
  it('finds the question mark of any layout', () => {
    expect(findCommand([command('keys', 'Shift+Slash')], stroke('Digit7', { key: '?', shift: true }), null).command?.id).toBe('keys');
  });
  it('reads two in a row', () => {
    const list = [command('my', 'KeyG KeyM')];
    expect(findCommand(list, stroke('KeyG'), null)).toMatchObject({ waiting: true });
    expect(findCommand(list, stroke('KeyM'), stroke('KeyG')).command?.id).toBe('my');
  });
  it('is silent while typing, in dialogs, and when switched off', () => {
    const run = vi.fn();
    let on = true;
    off.push(addCommands([command('c', 'KeyC', run)]), listenToKeys(() => on));
    document.body.innerHTML = '<input id="i"><div role="dialog"><button id="b"></button></div>';
    press('KeyC', document.getElementById('i')!);
    press('KeyC', document.getElementById('b')!);
    expect(run).not.toHaveBeenCalled();
    document.body.innerHTML = '';
    press('KeyC');
    expect(run).toHaveBeenCalledTimes(1);
    on = false;
    press('KeyC');
    expect(run).toHaveBeenCalledTimes(1);
  });
  it('prints caps', () => {
    expect(keyCaps('KeyG KeyM')).toEqual([['G'], ['M']]);
    expect(keyCaps('Shift+Slash')).toEqual([['?']]);
  });
});

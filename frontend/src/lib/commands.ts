import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';

/**
 * One registry of what can be done here. The palette, the key sheet and the keyboard read it;
 * a screen adds its commands while it is shown, the latest on top.
 *
 * Keys are physical (`event.code`): "KeyJ", "Shift+KeyX", "Mod+KeyK", or two in a row
 * "KeyG KeyM". They work in any layout.
 */
export type CommandGroup = 'go' | 'task' | 'list' | 'view' | 'help';
export interface Command {
  id: string;
  /** Catalogue key of the name. */
  title: string;
  titleArgs?: Record<string, string | number>;
  group: CommandGroup;
  keys?: string;
  run(): void;
  /** Not in the palette (cursor moves and the like). */
  quiet?: boolean;
}

let stack: { owner: symbol; commands: Command[] }[] = [];
let snapshot: Command[] = [];
const listeners = new Set<() => void>();

function publish() {
  const seen = new Set<string>();
  snapshot = [];
  for (const layer of [...stack].reverse()) {
    for (const command of layer.commands) {
      if (seen.has(command.id)) continue;
      seen.add(command.id);
      snapshot.push(command);
    }
  }
  for (const listener of [...listeners]) listener();
}

export function addCommands(commands: Command[]): () => void {
  const owner = Symbol();
  stack.push({ owner, commands });
  publish();
  return () => {
    stack = stack.filter((layer) => layer.owner !== owner);
    publish();
  };
}
export function allCommands(): Command[] {
  return snapshot;
}
export function useAllCommands(): Command[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, allCommands);
}

/** Adds commands for the life of a component, from its first paint on; `run` is always the latest one. */
export function useCommands(commands: Command[]): void {
  const latest = useRef(commands);
  useLayoutEffect(() => {
    latest.current = commands;
  });
  const shape = JSON.stringify(commands.map(({ run: _run, ...rest }) => rest));
  useLayoutEffect(() => {
    const stable = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find((c) => c.id === command.id)?.run(),
    }));
    return addCommands(stable);
  }, [shape]);
}

export interface Stroke {
  code: string;
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

export function strokeOf(event: KeyboardEvent): Stroke {
  return { code: event.code, key: event.key, mod: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey };
}

function matches(chord: string, stroke: Stroke): boolean {
  const parts = chord.split('+');
  const code = parts.pop()!;
  if (stroke.alt || stroke.mod !== parts.includes('Mod')) return false;
  // The question mark sits elsewhere in other layouts, so it also goes by what it types.
  if (chord === 'Shift+Slash' && stroke.key === '?') return true;
  return stroke.code === code && stroke.shift === parts.includes('Shift');
}

/** The command a stroke means, given the one before it (for two in a row). */
export function findCommand(commands: Command[], stroke: Stroke, before: Stroke | null): { command?: Command; waiting: boolean } {
  if (before) {
    const command = commands.find((c) => {
      const chords = c.keys?.split(' ') ?? [];
      return chords.length === 2 && matches(chords[0]!, before) && matches(chords[1]!, stroke);
    });
    if (command) return { command, waiting: false };
  }
  const command = commands.find((c) => c.keys !== undefined && !c.keys.includes(' ') && matches(c.keys, stroke));
  if (command) return { command, waiting: false };
  return { waiting: commands.some((c) => c.keys?.includes(' ') && matches(c.keys.split(' ')[0]!, stroke)) };
}

const TYPING = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable="true"]';
const OVERLAY = '[role="dialog"], [role="menu"], [role="listbox"]';

/** Single letters are silent while typing and inside dialogs and menus; Mod+… is heard everywhere. */
export function mayHear(target: EventTarget | null, mod: boolean): boolean {
  if (mod || !(target instanceof Element)) return true;
  // A dialog that has just opened may not have the focus yet.
  if (document.querySelector('[aria-modal="true"]')) return false;
  return !target.closest(TYPING) && !target.closest(OVERLAY);
}

export function listenToKeys(singleKeys: () => boolean): () => void {
  let before: { stroke: Stroke; at: number } | null = null;
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) {
      // J and K may be held down.
      if (!event.repeat || !/^Key[JK]$/.test(event.code)) return;
    }
    const stroke = strokeOf(event);
    if (!mayHear(event.target, stroke.mod) || (!stroke.mod && !singleKeys())) return;
    const recent = before && Date.now() - before.at < 1200 ? before.stroke : null;
    const { command, waiting } = findCommand(allCommands(), stroke, recent);
    before = waiting && !command ? { stroke, at: Date.now() } : null;
    if (!command) return;
    event.preventDefault();
    command.run();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

const NAMES: Record<string, string> = { Slash: '/', BracketLeft: '[', Enter: '↵', Escape: 'Esc' };
const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform);

/** What to print on a key cap, stroke by stroke: [["Ctrl","K"]] or [["G"],["M"]]. */
export function keyCaps(keys: string): string[][] {
  if (keys === 'Shift+Slash') return [['?']];
  return keys.split(' ').map((chord) =>
    chord.split('+').map((part) => {
      if (part === 'Mod') return isMac() ? 'Cmd' : 'Ctrl';
      return NAMES[part] ?? part.replace(/^Key|^Digit/, '');
    }),
  );
}

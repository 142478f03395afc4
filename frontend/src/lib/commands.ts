import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';

/**
 * One registry of what can be done. The palette, the key sheet, the context menus and the keyboard
 * read it. The catalogue names the commands that people meet everywhere; a screen says which of them
 * it can do now (`useCommands`), and may add its own. The latest screen is on top.
 *
 * Keys are physical (`event.code`): "KeyJ", "Shift+KeyX", "Mod+KeyK", or two in a row
 * "KeyG KeyM". They work in any layout.
 */
export type CommandGroup = 'go' | 'task' | 'list' | 'view' | 'help';
/** Where a key means something: a column of the key sheet. */
export type CommandPlace = 'anywhere' | 'list' | 'task';
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
type Named = Omit<Command, 'id' | 'run' | 'titleArgs'> & { place: CommandPlace };

const any = (title: string, group: CommandGroup, keys?: string, quiet?: boolean): Named => ({ title, group, keys, quiet, place: 'anywhere' });
const list = (title: string, group: CommandGroup, keys?: string, quiet?: boolean): Named => ({ title, group, keys, quiet, place: 'list' });
const task = (title: string, keys?: string): Named => ({ title, group: 'task', keys, place: 'task' });

/** In the order of the key sheet. */
export const CATALOGUE = {
  palette: any('cmd.palette', 'help', 'Mod+KeyK', true),
  'task.create': any('cmd.create', 'task', 'KeyC'),
  keys: any('cmd.keys', 'help', 'Shift+Slash'),
  undo: any('cmd.undo', 'task', 'Mod+KeyZ'),
  'undo.toast': any('cmd.undo_toast', 'task', 'KeyZ', true),
  'go.home': any('cmd.go_home', 'go', 'KeyG KeyH'),
  'go.my': any('cmd.go_my', 'go', 'KeyG KeyM'),
  'go.tasks': any('cmd.go_tasks', 'go', 'KeyG KeyI'),
  'go.projects': any('cmd.go_projects', 'go', 'KeyG KeyP'),
  'go.templates': any('cmd.go_templates', 'go', 'KeyG KeyT'),
  'go.tags': any('cmd.go_tags', 'go', 'KeyG KeyL'),
  'go.conflicts': any('cmd.go_conflicts', 'go', 'KeyG KeyC'),
  'go.dead': any('cmd.go_dead', 'go', 'KeyG KeyD'),
  'go.rules': any('cmd.go_rules', 'go', 'KeyG KeyR'),
  'go.settings': any('cmd.go_settings', 'go', 'KeyG KeyS'),
  'view.side': any('cmd.side', 'view', 'BracketLeft'),
  'task.full': any('cmd.create_full', 'task'),
  'task.template': any('cmd.create_template', 'task'),
  'view.light': any('cmd.light', 'view'),
  'view.dark': any('cmd.dark', 'view'),
  'view.auto': any('cmd.auto', 'view'),
  'view.compact': any('cmd.compact', 'view'),
  'view.default': any('cmd.default', 'view'),
  'view.comfortable': any('cmd.comfortable', 'view'),
  'view.language': any('cmd.language', 'view'),
  'view.single_keys': any('cmd.single_keys', 'help'),
  logout: any('cmd.log_out', 'go'),

  'list.down': list('list.cmd_down', 'list', 'KeyJ', true),
  'list.up': list('list.cmd_up', 'list', 'KeyK', true),
  'list.open': list('cmd.do_open', 'task', 'Enter'),
  'list.select': list('cmd.do_select', 'list', 'KeyX'),
  'list.range': list('list.cmd_range', 'list', 'Shift+KeyX'),
  'list.all': list('cmd.select_all', 'list', 'Mod+KeyA'),
  'list.search': list('list.cmd_search', 'list', 'Slash'),
  'list.filter': list('list.cmd_filter', 'list', 'KeyF'),
  'list.clear': list('list.cmd_clear', 'list'),
  'bulk.clear': list('bulk.clear', 'list', 'Escape'),
  'list.menu': list('cmd.do_menu', 'list', 'Shift+F10', true),

  'task.status': task('cmd.do_status', 'KeyS'),
  'task.priority': task('cmd.do_priority', 'KeyP'),
  'task.owner': task('cmd.do_owner', 'KeyA'),
  'task.take': task('cmd.do_take', 'KeyI'),
  'task.due': task('cmd.do_due', 'KeyD'),
  'task.tags': task('cmd.do_tags', 'KeyT'),
  'task.reply': task('cmd.do_reply', 'KeyR'),
  'task.archive': task('cmd.do_archive', 'KeyE'),
  'task.unarchive': task('cmd.do_unarchive'),
  'task.supervisor': task('cmd.do_supervisor'),
  'task.move': task('cmd.do_move', 'Shift+KeyM'),
  'task.copy': task('cmd.do_copy', 'Shift+KeyC'),
  'task.link': task('cmd.do_link'),
  'task.tab': task('cmd.do_tab'),
  'task.child': task('cmd.do_child'),
  'task.delete': task('cmd.do_delete'),
  'task.restore': task('cmd.do_restore'),
} satisfies Record<string, Named>;
export type KnownCommand = keyof typeof CATALOGUE;
export const known = (id: string): Named | undefined => (CATALOGUE as Record<string, Named>)[id];

/** What a screen declares: the catalogue fills in what it leaves out. */
export type CommandUse = Pick<Command, 'id' | 'run'> & Partial<Omit<Command, 'id' | 'run'>>;
function whole(use: CommandUse): Command {
  const named = known(use.id);
  return { title: named?.title ?? use.id, group: named?.group ?? 'view', ...(named?.keys ? { keys: named.keys } : {}), ...(named?.quiet ? { quiet: true } : {}), ...use };
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

export function addCommands(commands: CommandUse[]): () => void {
  const owner = Symbol();
  stack.push({ owner, commands: commands.map(whole) });
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
export function useCommands(commands: CommandUse[]): void {
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

/** In a field these belong to the field. */
const EDITING = /^Key[ACVXYZ]$/;

/** Single letters are silent while typing and inside dialogs and menus; Mod+… is heard everywhere but where a field needs it. */
export function mayHear(target: EventTarget | null, mod: boolean, code = ''): boolean {
  if (!(target instanceof Element)) return true;
  if (mod) return !(EDITING.test(code) && target.closest(TYPING));
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
    if (!mayHear(event.target, stroke.mod, event.code) || (!stroke.mod && !singleKeys())) return;
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

const NAMES: Record<string, string> = { Slash: '/', BracketLeft: '[', Enter: 'Enter', Escape: 'Esc', ArrowDown: '↓', ArrowUp: '↑', ArrowLeft: '←', ArrowRight: '→' };
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

/** Keys that carry the same name on keyboards of every language. */
export const CAP = { esc: 'Esc', tab: 'Tab', enter: 'Enter' } as const;

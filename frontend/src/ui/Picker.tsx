import { type ComponentType, type ReactElement, type ReactNode, useEffect } from 'react';
import { createStore, useStore } from '../lib/store';

export interface Option<V> {
  value: V;
  label: string;
  icon?: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
}
export interface PickerProps<V> {
  name: string;
  options: Option<V>[];
  /** What is chosen now; several when `many`. */
  chosen: V[];
  many?: boolean;
  onPick(value: V, next: V[]): void;
  /** With a search field; given `onSearch`, the owner filters. */
  search?: boolean;
  onSearch?(q: string): void;
  loading?: boolean;
  opened: boolean;
  onOpened(opened: boolean): void;
  children: ReactElement;
  position?: 'bottom-start' | 'bottom-end' | 'top-start' | 'left-start';
  footer?: ReactNode;
}

/** What drops down is not needed for a first look: it is fetched while nothing else happens, or when it is opened before. */
const drop = createStore<ComponentType<PickerProps<never>> | null>(null);
let asked: Promise<void> | null = null;
function fetchDrop(): void {
  asked ??= import('./PickerDrop').then(
    (m) => drop.set(() => m.PickerDrop as ComponentType<PickerProps<never>>),
    () => {
      asked = null;
    },
  );
}
const IDLE = 800;

/** A target and the list that drops from it: one keyboard, one look, for every choice. */
export function Picker<V>(props: PickerProps<V>): ReactElement {
  const Drop = useStore(drop) as ComponentType<PickerProps<V>> | null;
  const { opened } = props;
  useEffect(() => {
    if (Drop) return;
    if (opened) return fetchDrop();
    const timer = setTimeout(fetchDrop, IDLE);
    return () => clearTimeout(timer);
  }, [Drop, opened]);
  return Drop ? <Drop {...props} /> : props.children;
}

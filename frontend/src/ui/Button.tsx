import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Keys } from './marks';

type Kind = 'primary' | 'default' | 'quiet' | 'danger';
interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: Kind;
  icon?: ReactNode;
  keys?: string;
  large?: boolean;
  /** The id of the same action in the registry: what a screen offers, the palette offers too. */
  command?: string;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'default', icon, keys, large, command, className = '', children, ...rest }: Props) {
  return (
    <button type="button" data-command={command} {...rest} className={`btn btn-${kind} ${large ? 'btn-lg' : ''} ${className}`}>
      {icon}
      {children}
      {keys && <Keys keys={keys} />}
    </button>
  );
}

/** A button that shows only an icon always has a name. */
export function IconButton({ name, icon, kind = 'quiet', className = '', on, command, ...rest }: Omit<Props, 'children' | 'icon'> & { name: string; icon: ReactNode; on?: boolean }) {
  return (
    <button type="button" title={name} data-command={command} {...rest} aria-label={name} className={`btn btn-${kind} btn-icon ${on ? 'btn-on' : ''} ${className}`}>
      {icon}
    </button>
  );
}

import { type ComponentProps, type ComponentType, type ReactNode, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconMarkdown } from '@tabler/icons-react';
import { keptStore, useStore } from '../../lib/store';
import { IconButton } from '../Button';
import './editor.css';
import { type EditorHandle, type EditorProps, SourceEditor } from './SourceEditor';

type Rich = typeof import('./RichEditor').default;
let Loaded: Rich | null = null;
export const loadEditor = () => import('./RichEditor').then((m) => (Loaded = m.default));
/** How this person likes to write. */
const asSource = keptStore('tt.editor.source', false);

/**
 * Where Markdown is written: as it will look, or as source. Until the large part has come, and
 * where it can't, the source is written: no key is lost on the way from one to the other.
 */
export function MarkdownEditor({ bar, ref, compact, ...props }: EditorProps & { bar: ReactNode; compact?: boolean; ref?: Ref<EditorHandle> }) {
  const { t } = useTranslation();
  const source = useStore(asSource);
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [ready, setReady] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const rich = useRef<EditorHandle>(null);
  const hadFocus = useRef(false);
  useImperativeHandle(ref, () => ({ focus: () => (rich.current && ready && !source ? rich.current.focus() : area.current?.focus()) }));
  useEffect(() => {
    if (!source && !Loaded) loadEditor().then(redraw, () => undefined);
  }, [source]);
  useLayoutEffect(() => {
    // The field that is leaving gives its focus to the one that comes.
    if (ready && (hadFocus.current || props.autoFocus)) rich.current?.focus();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when it is there
  }, [ready]);
  const toggle = () => {
    setReady(false);
    hadFocus.current = true;
    asSource.set(!source);
    if (!source) setTimeout(() => area.current?.focus());
  };
  const Now = source ? null : (Loaded as ComponentType<ComponentProps<Rich>> | null);
  const foot = (tools: ReactNode) => (
    <div className="editor-bar">
      {tools}
      <IconButton className="tool" name={t(source ? 'editor.to_rich' : 'editor.to_source')} on={source} aria-pressed={source} icon={<IconMarkdown size={16} stroke={1.5} />} onMouseDown={(e) => e.preventDefault()} onClick={toggle} />
      <span className="grow" />
      {bar}
    </div>
  );
  return (
    <div className="editor" data-compact={compact || undefined} data-filled={props.value.trim() ? true : undefined} data-ready={ready || undefined} style={{ position: 'relative' }}>
      {!(Now && ready) && (
        <SourceEditor
          {...props}
          ref={area}
          mono={source}
        />
      )}
      {Now && (
        <Now
          {...props}
          ref={rich}
          onReady={() => {
            hadFocus.current = document.activeElement === area.current && area.current !== null;
            setReady(true);
          }}
          tools={(tools) => (ready ? foot(tools) : null)}
        />
      )}
      {!(Now && ready) && foot(null)}
    </div>
  );
}

import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTaskRefs } from '../api/taskrefs';
import { renderMarkdown } from './markdown';
import { StatusIcon } from './StatusIcon';

interface Props {
  text: string;
  small?: boolean;
  /** Given where the reader may tick boxes: the n-th of the text. */
  onTick?(index: number, on: boolean): void;
}

/**
 * Rendered Markdown. Links inside the application go through the router; task keys show status and
 * title; boxes can be ticked where the reader may.
 */
export function Markdown({ text, small, onTick }: Props) {
  const router = useRouter();
  const html = useMemo(() => renderMarkdown(text), [text]);
  const box = useRef<HTMLDivElement>(null);
  const [links, setLinks] = useState<HTMLElement[]>([]);
  // One and the same object for one text: React leaves the page's own nodes alone then.
  const inner = useMemo(() => ({ __html: html }), [html]);
  useLayoutEffect(() => {
    setLinks([...box.current!.querySelectorAll<HTMLElement>('a.ref')]);
  }, [html]);
  const may = Boolean(onTick);
  useLayoutEffect(() => {
    for (const input of box.current!.querySelectorAll('input')) input.disabled = !may;
  }, [html, may]);
  const refOf = useTaskRefs([...new Set(links.map((link) => keyOf(link)))]);

  const onClick = (event: MouseEvent) => {
    // These boxes are not React's own: their click is the change, from a key as well.
    if (event.target instanceof HTMLInputElement) {
      const index = [...box.current!.querySelectorAll('input')].indexOf(event.target);
      if (index >= 0) onTick?.(index, event.target.checked);
      return;
    }
    const link = (event.target as Element).closest('a');
    const href = link?.getAttribute('href');
    if (!href?.startsWith('/') || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    router.history.push(href);
  };
  return (
    <>
      <div ref={box} className={`md ${small ? 'md-small' : ''}`} onClick={onClick} dangerouslySetInnerHTML={inner} />
      {links.map((link, i) => {
        const ref = refOf(keyOf(link));
        return ref ? createPortal(<RefWords title={ref.title} status={ref.status} />, link, `${keyOf(link)}-${i}`) : null;
      })}
    </>
  );
}

const keyOf = (link: HTMLElement) => link.getAttribute('href')!.slice('/tasks/'.length);

function RefWords({ title, status }: { title: string; status: Parameters<typeof StatusIcon>[0]['status'] }) {
  return (
    <>
      <StatusIcon status={status} size={14} />
      <span className="ref-title" data-over={status === 'done' || status === 'closed' || undefined}>
        {title}
      </span>
    </>
  );
}

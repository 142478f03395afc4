import { useRouter } from '@tanstack/react-router';
import { type MouseEvent, useMemo } from 'react';
import { renderMarkdown } from './markdown';

/** Rendered Markdown; links inside the application go through the router. */
export function Markdown({ text, small }: { text: string; small?: boolean }) {
  const router = useRouter();
  const html = useMemo(() => renderMarkdown(text), [text]);
  const onClick = (event: MouseEvent) => {
    const link = (event.target as Element).closest('a');
    const href = link?.getAttribute('href');
    if (!href?.startsWith('/') || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    router.history.push(href);
  };
  return <div className={`md ${small ? 'md-small' : ''}`} onClick={onClick} dangerouslySetInnerHTML={{ __html: html }} />;
}

import { useMemo } from 'react';
import { diffWords } from '../lib/diff';

const AROUND = 90;

/** A text change in words. Long untouched stretches are left out unless `whole`. */
export function Diff({ before, after, whole }: { before: string; after: string; whole?: boolean }) {
  const pieces = useMemo(() => diffWords(before, after), [before, after]);
  return (
    <span className="diff" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {pieces.map((piece, i) => {
        if (piece.kind === 'ins') return <ins key={i}>{piece.text}</ins>;
        if (piece.kind === 'del') return <del key={i}>{piece.text}</del>;
        return <span key={i}>{whole ? piece.text : shorten(piece.text, i === 0, i === pieces.length - 1)}</span>;
      })}
    </span>
  );
}

function shorten(text: string, first: boolean, last: boolean): string {
  if (text.length <= AROUND * 2) return text;
  const head = first ? '' : text.slice(0, AROUND);
  const tail = last ? '' : text.slice(-AROUND);
  return `${head}…${tail}`;
}

import { IconStar, IconStarFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type FavouriteKind, useFavourites, useSetFavourite } from '../../api/favourites';
import { asProblem } from '../../api/problem';
import type { Status } from '../../api/types';
import { showToast } from '../../lib/toasts';
import { IconButton } from '../../ui/Button';
import { useProblemText } from '../../ui/states';

/** Whether a thing is kept at hand, and the way to change it. */
export function useStar(kind: FavouriteKind, id: number, title: string, extra: string | null = null, status: Status | null = null) {
  const { t } = useTranslation();
  const words = useProblemText();
  const on = useFavourites().data?.some((f) => f.kind === kind && f.id === id) ?? false;
  const { mutate } = useSetFavourite();
  const toggle = () =>
    mutate(
      { thing: { kind, id, title, key: extra, status }, on: !on },
      { onError: (error) => showToast({ kind: 'error', text: t('star.failed'), detail: words(error), requestId: asProblem(error).requestId }) },
    );
  return { on, toggle };
}

export function Star({ kind, id, title, extra, status, command }: { kind: FavouriteKind; id: number; title: string; extra?: string | null; status?: Status; command?: string }) {
  const { t } = useTranslation();
  const { on, toggle } = useStar(kind, id, title, extra, status);
  return (
    <IconButton
      className="star"
      command={command}
      name={t(on ? 'star.remove' : 'star.add', { name: title })}
      aria-pressed={on}
      icon={on ? <IconStarFilled size={16} className="star-on" aria-hidden="true" /> : <IconStar size={16} stroke={1.5} aria-hidden="true" />}
      onClick={toggle}
    />
  );
}

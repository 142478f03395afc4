import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type FavouriteKind, useSetFavourite } from '../../../api/favourites';
import { asProblem } from '../../../api/problem';
import type { Page } from '../../../api/types';
import { type SavedView, type ViewInput, VIEWS, views } from '../../../api/views';
import { showToast } from '../../../lib/toasts';
import { useProblemText } from '../../../ui/states';

const KIND: FavouriteKind = 'view';

/** What a person does to views: shown at once, put back when refused, each with its way back. */
export function useViewActions() {
  const client = useQueryClient();
  const { t } = useTranslation();
  const words = useProblemText();
  const { mutate: setFavourite } = useSetFavourite();
  return useMemo(() => {
    const put = (change: (list: SavedView[]) => SavedView[]) =>
      client.setQueryData<Page<SavedView>>(VIEWS, (page) => page && { ...page, items: change(page.items) });
    const refused = (error: unknown, text: string) => {
      const problem = asProblem(error);
      showToast({ kind: 'error', text, detail: words(error), requestId: problem.requestId });
      void client.invalidateQueries({ queryKey: VIEWS });
    };
    const favourite = (view: SavedView, on: boolean) => {
      put((list) => list.map((v) => (v.id === view.id ? { ...v, favourite: on } : v)));
      setFavourite({ thing: { kind: KIND, id: view.id, title: view.name, key: null, status: null }, on });
    };
    const create = async (body: ViewInput, star = false): Promise<SavedView> => {
      const made = await views.create(body);
      put((list) => [...list.filter((v) => v.id !== made.id), made]);
      if (star) favourite(made, true);
      void client.invalidateQueries({ queryKey: VIEWS });
      return made;
    };
    return {
      favourite,
      create,
      async change(view: SavedView, body: Partial<ViewInput>, text: string): Promise<SavedView | null> {
        put((list) => list.map((v) => (v.id === view.id ? { ...v, ...body } : v)));
        try {
          const after = await views.change(view, body);
          put((list) => list.map((v) => (v.id === view.id ? after : v)));
          if (body.name) void client.invalidateQueries({ queryKey: ['favourites'] });
          showToast({ kind: 'done', text });
          return after;
        } catch (error) {
          put((list) => list.map((v) => (v.id === view.id ? view : v)));
          refused(error, t('view.not_saved', { name: view.name }));
          return null;
        }
      },
      async remove(view: SavedView, back: (again: SavedView) => void): Promise<boolean> {
        put((list) => list.filter((v) => v.id !== view.id));
        try {
          await views.remove(view);
        } catch (error) {
          put((list) => [...list, view]);
          refused(error, t('view.not_deleted', { name: view.name }));
          return false;
        }
        void client.invalidateQueries({ queryKey: ['favourites'] });
        const { name, shared, filter, sort, layout, display } = view;
        showToast({
          kind: 'done',
          text: t('view.deleted', { name }),
          action: {
            label: t('ui.undo'),
            undo: true,
            run: () =>
              void create({ name, shared, filter, sort, layout, display, account_id: view.account.id }, view.favourite)
                .then(back)
                .catch((error: unknown) => refused(error, t('view.not_saved', { name }))),
          },
        });
        return true;
      },
    };
  }, [client, setFavourite, t, words]);
}

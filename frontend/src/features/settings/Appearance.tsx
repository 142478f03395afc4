import { useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DENSITIES, density, ROW_HEIGHT } from '../../lib/prefs';
import { useStore } from '../../lib/store';
import { Choice, Part } from './parts';

const SCHEMES = ['auto', 'light', 'dark'] as const;

export function Appearance() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const rows = useStore(density);
  return (
    <Part name="appearance">
      <Choice
        name={t('settings.theme')}
        values={SCHEMES}
        value={colorScheme}
        label={(v) => t(`settings.theme_${v}`)}
        picture={(v) => (
          <span className="mini-page" data-scheme={v}>
            <i />
            <i />
            <i />
          </span>
        )}
        onValue={setColorScheme}
      />
      <Choice
        name={t('settings.density')}
        values={DENSITIES}
        value={rows}
        label={(v) => t(`settings.density_${v}`)}
        picture={(v) => (
          <span className="mini-rows" style={{ '--gap': `${ROW_HEIGHT[v] / 4}px` } as React.CSSProperties}>
            <i />
            <i />
            <i />
            <i />
            <i />
            <i />
            <i />
          </span>
        )}
        onValue={(v) => density.set(v)}
      />
    </Part>
  );
}

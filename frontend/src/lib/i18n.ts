import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export type Lang = 'ru' | 'en';
const KEY = 'tt.language';

type Words = () => Promise<{ default: Record<string, unknown> }>;
/** The words of the first screen, and those of the other ones. */
const catalogues: Record<Lang, [Words, Words]> = {
  ru: [() => import('../locales/ru'), () => import('../locales/ru/late')],
  en: [() => import('../locales/en'), () => import('../locales/en/late')],
};
/** Lists are where most people begin: they do not wait for the words of other screens. */
const onList = () => /^\/(my|tasks)\/?$/.test(location.pathname) && !/[?&]layout=/.test(location.search);

/** Stored choice, else what the page was served with (scheme.js looked at the browser). */
export function firstLanguage(): Lang {
  return document.documentElement.lang === 'en' ? 'en' : 'ru';
}

async function load(language: Lang): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return;
  const [first, late] = catalogues[language].map((fetch) => fetch());
  const rest = late!.then(
    (words) => void i18next.addResourceBundle(language, 'translation', words.default, true, true),
    () => undefined,
  );
  const words = (await first!).default;
  if (!onList()) await rest;
  i18next.addResourceBundle(language, 'translation', words, true, true);
}

export async function startI18n(language: Lang = firstLanguage()): Promise<void> {
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: language,
      fallbackLng: false,
      resources: {},
      interpolation: { escapeValue: false },
      // Words that come later show as soon as they are there.
      react: { useSuspense: false, bindI18nStore: 'added' },
      showSupportNotice: false,
    } as Parameters<typeof i18next.init>[0]);
  }
  await setLanguage(language, false);
}

export async function setLanguage(language: Lang, keep = true): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (!keep) return;
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The choice lasts for this page then.
  }
}

export function language(): Lang {
  return i18next.language === 'en' ? 'en' : 'ru';
}

/** "Chrome 140 · Windows" out of what a browser says of itself; null where it says nothing known. */
export function agentWords(agent: string | null): string | null {
  if (!agent) return null;
  const version = (pattern: RegExp) => pattern.exec(agent)?.[1];
  const names: [string, RegExp][] = [
    ['Yandex', /YaBrowser\/(\d+)/],
    ['Edge', /Edg(?:A|iOS)?\/(\d+)/],
    ['Opera', /OPR\/(\d+)/],
    ['Firefox', /(?:Firefox|FxiOS)\/(\d+)/],
    ['Chrome', /(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/],
    ['Safari', /Version\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari/],
    ['curl', /curl\/(\d+)/],
  ];
  const browser = names.find(([, pattern]) => pattern.test(agent));
  const systems: [string, RegExp][] = [
    ['Windows', /Windows/],
    ['Android', /Android/],
    ['iPhone', /iPhone/],
    ['iPad', /iPad/],
    ['macOS', /Mac OS X|Macintosh/],
    ['ChromeOS', /CrOS/],
    ['Linux', /Linux|X11/],
  ];
  const system = systems.find(([, pattern]) => pattern.test(agent))?.[0];
  const words = [browser && `${browser[0]} ${version(browser[1])}`, system].filter(Boolean);
  return words.length > 0 ? words.join(' · ') : agent.slice(0, 60);
}

import { describe, expect, it } from 'vitest';
import { markAt, type ParseCtx, type Parsed, parseLine } from './parse';

// A Saturday, 18:00 in Moscow.
const now = new Date('2026-11-21T15:00:00Z');
const ctx: ParseCtx = {
  now,
  zone: 'Europe/Moscow',
  me: 1,
  people: [
    { id: 1, name: 'Ирина Соколова', email: 'irina@example.com' },
    { id: 2, name: 'Павел Дёмин', email: 'worker@example.com' },
    { id: 3, name: 'Anna Smith', email: 'anna.smith@example.com' },
    { id: 4, name: 'Павел Орлов', email: 'orlov@example.com' },
  ],
  tags: [
    { id: 10, name: 'бухгалтерия' },
    { id: 11, name: 'склад' },
    { id: 12, name: 'важный клиент' },
    { id: 13, name: 'backend' },
  ],
  projects: [
    { id: 20, key: 'ERP', name: 'ERP: внедрение' },
    { id: 21, key: 'SUP', name: 'Поддержка 24/7' },
    { id: 22, key: 'WEB', name: 'Website' },
  ],
  tasks: [{ id: 100, key: 'ERP-128', title: 'Период', status: 'new' }],
};
const read = (line: string, more: Partial<ParseCtx> = {}) => parseLine(line, { ...ctx, ...more });
const marked = (line: string, p: Parsed) => p.tokens.map((t) => line.slice(t.from, t.to));

describe('days in Russian', () => {
  it.each([
    ['Отчёт сегодня', '2026-11-21'],
    ['Отчёт завтра', '2026-11-22'],
    ['Отчёт ЗАВТРА', '2026-11-22'],
    ['Отчёт послезавтра', '2026-11-23'],
    ['Отчёт на завтра', '2026-11-22'],
    ['Отчёт до завтра', '2026-11-22'],
    ['Отчёт пн', '2026-11-23'],
    ['Отчёт вт', '2026-11-24'],
    ['Отчёт ср', '2026-11-25'],
    ['Отчёт чт', '2026-11-26'],
    ['Отчёт пт', '2026-11-27'],
    ['Отчёт сб', '2026-11-28'],
    ['Отчёт вс', '2026-11-22'],
    ['Отчёт в понедельник', '2026-11-23'],
    ['Отчёт во вторник', '2026-11-24'],
    ['Отчёт в среду', '2026-11-25'],
    ['Отчёт в четверг', '2026-11-26'],
    ['Отчёт в пятницу', '2026-11-27'],
    ['Отчёт в субботу', '2026-11-28'],
    ['Отчёт в воскресенье', '2026-11-22'],
    ['Отчёт к пятнице', '2026-11-27'],
    ['Отчёт до пятницы', '2026-11-27'],
    ['Отчёт ко вторнику', '2026-11-24'],
    ['Отчёт на пн', '2026-11-23'],
    ['Отчёт в следующую пятницу', '2026-11-27'],
    ['Отчёт в следующий понедельник', '2026-11-23'],
    ['Отчёт в эту субботу', '2026-11-21'],
    ['Отчёт на следующей неделе', '2026-11-23'],
    ['Отчёт в следующем месяце', '2026-12-01'],
    ['Отчёт через день', '2026-11-22'],
    ['Отчёт через 3 дня', '2026-11-24'],
    ['Отчёт через три дня', '2026-11-24'],
    ['Отчёт через пару дней', '2026-11-23'],
    ['Отчёт через 10 дней', '2026-12-01'],
    ['Отчёт через неделю', '2026-11-28'],
    ['Отчёт через 2 недели', '2026-12-05'],
    ['Отчёт через две недели', '2026-12-05'],
    ['Отчёт через месяц', '2026-12-21'],
    ['Отчёт через 3 месяца', '2027-02-21'],
    ['Отчёт через год', '2027-11-21'],
    ['Отчёт через 3 рабочих дня', '2026-11-25'],
    ['Отчёт через 3д', '2026-11-24'],
    ['Отчёт 25.11', '2026-11-25'],
    ['Отчёт к 25.11', '2026-11-25'],
    ['Отчёт 25.11.2027', '2027-11-25'],
    ['Отчёт 25.11.27', '2027-11-25'],
    ['Отчёт 05.03', '2027-03-05'],
    ['Отчёт 1.12', '2026-12-01'],
    ['Отчёт 29.02', '2028-02-29'],
    ['Отчёт 2026-12-31', '2026-12-31'],
    ['Отчёт 25 ноября', '2026-11-25'],
    ['Отчёт до 25 ноября', '2026-11-25'],
    ['Отчёт 1 дек', '2026-12-01'],
    ['Отчёт 5 мая', '2027-05-05'],
    ['Отчёт 3 марта 2028', '2028-03-03'],
    ['Отчёт 3 марта 2028 года', '2028-03-03'],
    ['Отчёт 20 ноября', '2027-11-20'],
    ['Отчёт 30-го', '2026-11-30'],
    ['Отчёт до 5-го', '2026-12-05'],
    ['Отчёт 25 числа', '2026-11-25'],
    ['Отчёт до конца дня', '2026-11-21'],
    ['Отчёт до конца недели', '2026-11-22'],
    ['Отчёт к концу месяца', '2026-11-30'],
    ['Отчёт в конце года', '2026-12-31'],
    ['Отчёт до конца квартала', '2026-12-31'],
    ['Отчёт в выходные', '2026-11-21'],
    ['Отчёт завтра, срочный', '2026-11-22'],
    ['Отчёт (завтра)', '2026-11-22'],
  ])('%s', (line, due) => {
    const parsed = read(line);
    expect(parsed.due).toBe(due);
    expect(parsed.title).toMatch(/^Отчёт/);
  });
});

describe('days in English', () => {
  it.each([
    ['Report today', '2026-11-21'],
    ['Report tomorrow', '2026-11-22'],
    ['Report tmr', '2026-11-22'],
    ['Report the day after tomorrow', '2026-11-23'],
    ['Report day after tomorrow', '2026-11-23'],
    ['Report mon', '2026-11-23'],
    ['Report on Tuesday', '2026-11-24'],
    ['Report by wed', '2026-11-25'],
    ['Report Thursday', '2026-11-26'],
    ['Report fri', '2026-11-27'],
    ['Report due friday', '2026-11-27'],
    ['Report on sat', '2026-11-28'],
    ['Report sunday', '2026-11-22'],
    ['Report next mon', '2026-11-23'],
    ['Report next Friday', '2026-11-27'],
    ['Report this sat', '2026-11-21'],
    ['Report next week', '2026-11-23'],
    ['Report next month', '2026-12-01'],
    ['Report next year', '2027-01-01'],
    ['Report in 3 days', '2026-11-24'],
    ['Report in three days', '2026-11-24'],
    ['Report in a week', '2026-11-28'],
    ['Report in 2 weeks', '2026-12-05'],
    ['Report in a couple of weeks', '2026-12-05'],
    ['Report in 2w', '2026-12-05'],
    ['Report in 1 month', '2026-12-21'],
    ['Report in 3 business days', '2026-11-25'],
    ['Report in a year', '2027-11-21'],
    ['Report 25 Nov', '2026-11-25'],
    ['Report Nov 25', '2026-11-25'],
    ['Report November 25th', '2026-11-25'],
    ['Report 25th of November', '2026-11-25'],
    ['Report the 25th', '2026-11-25'],
    ['Report by the 5th', '2026-12-05'],
    ['Report Dec 1 2027', '2027-12-01'],
    ['Report 25/11', '2026-11-25'],
    ['Report 11/25', '2026-11-25'],
    ['Report 25/11/2027', '2027-11-25'],
    ['Report eod', '2026-11-21'],
    ['Report eow', '2026-11-22'],
    ['Report eom', '2026-11-30'],
    ['Report by end of month', '2026-11-30'],
    ['Report by the end of the year', '2026-12-31'],
    ['Report on the weekend', '2026-11-21'],
    ['Report next weekend', '2026-11-28'],
  ])('%s', (line, due) => {
    const parsed = read(line);
    expect(parsed.due).toBe(due);
    expect(parsed.title).toBe('Report');
  });
});

describe('times', () => {
  it.each([
    // Past six in the evening: what is earlier is tomorrow's.
    ['Созвон 15:00', '2026-11-22T12:00:00Z'],
    ['Созвон 19:30', '2026-11-21T16:30:00Z'],
    ['Созвон в 19:30', '2026-11-21T16:30:00Z'],
    ['Созвон к 15:00', '2026-11-22T12:00:00Z'],
    ['Созвон завтра 15:00', '2026-11-22T12:00:00Z'],
    ['Созвон завтра в 15:00', '2026-11-22T12:00:00Z'],
    ['Созвон 15:00 завтра', '2026-11-22T12:00:00Z'],
    ['Созвон к 15:00 завтра', '2026-11-22T12:00:00Z'],
    ['Созвон завтра в 15', '2026-11-22T12:00:00Z'],
    ['Созвон завтра в 3', '2026-11-22T12:00:00Z'],
    ['Созвон завтра в 9', '2026-11-22T06:00:00Z'],
    ['Созвон завтра в 15.30', '2026-11-22T12:30:00Z'],
    ['Созвон в пятницу к 18:00', '2026-11-27T15:00:00Z'],
    ['Созвон 25.11 10:00', '2026-11-25T07:00:00Z'],
    ['Созвон 25 ноября в 10:00', '2026-11-25T07:00:00Z'],
    ['Созвон завтра в 9 утра', '2026-11-22T06:00:00Z'],
    ['Созвон завтра в 3 часа дня', '2026-11-22T12:00:00Z'],
    ['Созвон завтра в 6 вечера', '2026-11-22T15:00:00Z'],
    ['Созвон в 15 часов', '2026-11-22T12:00:00Z'],
    ['Созвон завтра утром', '2026-11-22T06:00:00Z'],
    ['Созвон завтра днём', '2026-11-22T11:00:00Z'],
    ['Созвон завтра вечером', '2026-11-22T15:00:00Z'],
    ['Созвон завтра в полдень', '2026-11-22T09:00:00Z'],
    ['Созвон завтра в обед', '2026-11-22T10:00:00Z'],
    ['Созвон через час', '2026-11-21T16:00:00Z'],
    ['Созвон через 2 часа', '2026-11-21T17:00:00Z'],
    ['Созвон через полчаса', '2026-11-21T15:30:00Z'],
    ['Созвон через 45 минут', '2026-11-21T15:45:00Z'],
    ['Созвон tomorrow at 3pm', '2026-11-22T12:00:00Z'],
    ['Созвон tomorrow 3:30 pm', '2026-11-22T12:30:00Z'],
    ['Созвон by 5pm tomorrow', '2026-11-22T14:00:00Z'],
    ['Созвон next mon at noon', '2026-11-23T09:00:00Z'],
    ['Созвон tomorrow morning', '2026-11-22T06:00:00Z'],
    ['Созвон on Friday at 12am', '2026-11-26T21:00:00Z'],
    ['Созвон in an hour', '2026-11-21T16:00:00Z'],
    ['Созвон in 2 hours', '2026-11-21T17:00:00Z'],
    ['Созвон in half an hour', '2026-11-21T15:30:00Z'],
    ['Созвон at 7pm', '2026-11-21T16:00:00Z'],
    ['Созвон tonight', '2026-11-21T17:00:00Z'],
  ])('%s', (line, due) => {
    const parsed = read(line);
    expect(parsed.due).toBe(due);
    expect(parsed.title).toBe('Созвон');
    expect(parsed.estimate).toBeUndefined();
  });

  it.each([
    // The same words elsewhere are another day, another instant.
    ['Europe/Moscow', '2026-11-21T22:30:00Z', 'A завтра', '2026-11-23'],
    ['America/New_York', '2026-11-21T22:30:00Z', 'A завтра', '2026-11-22'],
    ['Asia/Vladivostok', '2026-11-21T15:00:00Z', 'A сегодня', '2026-11-22'],
    ['Pacific/Kiritimati', '2026-11-21T15:00:00Z', 'A 09:00', '2026-11-21T19:00:00Z'],
    ['America/New_York', '2026-11-21T15:00:00Z', 'A завтра 15:00', '2026-11-22T20:00:00Z'],
    // The clocks change in the night before.
    ['Europe/Berlin', '2026-03-28T12:00:00Z', 'A завтра 12:00', '2026-03-29T10:00:00Z'],
    ['Europe/Berlin', '2026-10-24T12:00:00Z', 'A tomorrow 12:00', '2026-10-25T11:00:00Z'],
    // An hour that does not exist that night is the next one.
    ['Europe/Berlin', '2026-03-28T12:00:00Z', 'A завтра 02:30', '2026-03-29T01:30:00Z'],
    ['UTC', '2026-12-31T23:59:00Z', 'A завтра', '2027-01-01'],
    ['UTC', '2028-02-28T10:00:00Z', 'A через день', '2028-02-29'],
    ['UTC', '2027-01-31T10:00:00Z', 'A через месяц', '2027-02-28'],
    // From a Monday "next Monday" is a week on, and so is a bare one.
    ['UTC', '2026-11-23T10:00:00Z', 'A next mon', '2026-11-30'],
    ['UTC', '2026-11-23T10:00:00Z', 'A пн', '2026-11-30'],
    ['UTC', '2026-11-23T10:00:00Z', 'A this mon', '2026-11-23'],
    ['UTC', '2026-11-23T10:00:00Z', 'A в следующую пятницу', '2026-12-04'],
    ['UTC', '2026-11-23T10:00:00Z', 'A в эту пятницу', '2026-11-27'],
    ['UTC', '2026-11-23T10:00:00Z', 'A eow', '2026-11-27'],
  ])('%s at %s: %s', (zone, at, line, due) => {
    expect(read(line, { zone, now: new Date(at) }).due).toBe(due);
  });
});

describe('priority and estimate', () => {
  it.each([
    ['A !low', 'low'], ['A !medium', 'medium'], ['A !high', 'high'], ['A !urgent', 'urgent'], ['A !HIGH', 'high'],
    ['A !низкий', 'low'], ['A !средний', 'medium'], ['A !высокий', 'high'], ['A !срочно', 'urgent'], ['A !срочный', 'urgent'], ['A !важно', 'high'],
    ['A !!', 'high'], ['A !!!', 'urgent'], ['A !1', 'urgent'], ['A !4', 'low'], ['Срочно A', 'urgent'], ['A asap', 'urgent'], ['A !low !high', 'high'],
  ])('%s', (line, priority) => expect(read(line).priority).toBe(priority));
  it.each([['A !', undefined], ['Готово!', undefined], ['A !неведомо', undefined], ['Ура!!', undefined]])('%s has none', (line) => {
    expect(read(line).priority).toBeUndefined();
    expect(read(line).title).toBe(line);
  });
  it.each([
    ['A 2ч', 2], ['A 2 ч', 2], ['A 1.5ч', 1.5], ['A 1,5 ч', 1.5], ['A ~3ч', 3], ['A 2 часа', 2], ['A 5 часов', 5], ['A 30мин', 0.5], ['A 45 минут', 0.75], ['A 1ч30м', 1.5], ['A 1ч 30м', 1.5], ['A полчаса', 0.5], ['A полтора часа', 1.5],
    ['A 2h', 2], ['A 2 hours', 2], ['A 1.5h', 1.5], ['A 30m', 0.5], ['A 90 min', 1.5], ['A 1h30m', 1.5], ['A 2d', 16], ['A на 3 часа', 3],
  ])('%s', (line, hours) => {
    expect(read(line).estimate).toBe(hours);
    expect(read(line).due).toBeUndefined();
  });
});

describe('people, tags, projects, parents', () => {
  it.each([
    ['A @worker', 2], ['A @Дёмин', 2], ['A @демин', 2], ['A @Ирина', 1], ['A @ирин', 1], ['A @me', 1], ['A @я', 1], ['A @anna.smith', 3], ['A @Anna', 3], ['A @anna.smith@example.com', 3],
    ['A @Павел Дёмин завтра', 2], ['A @Павел_Орлов', 4], ['A @orlov,', 4], ['A (@worker)', 2],
  ])('%s', (line, owner) => {
    const parsed = read(line);
    expect(parsed.owner).toBe(owner);
    expect(parsed.title).toBe('A');
    expect(parsed.notes).toEqual([]);
  });
  it.each([
    ['A #бухгалтерия', [10]], ['A #Бухгалтерия', [10]], ['A #бух', [10]], ['A #склад #backend', [11, 13]], ['A #важный клиент завтра', [12]], ['A #важный_клиент', [12]], ['A #склад #склад', [11]],
  ])('%s', (line, tags) => {
    expect(read(line).tags).toEqual(tags);
    expect(read(line).title).toBe('A');
  });
  it.each([
    ['A +ERP', 20], ['A +erp', 20], ['A +Поддержка', 21], ['A +Поддержка 24/7', 21], ['A +web', 22], ['A ERP', 20], ['A завтра ERP', 20], ['A завтра ERP !high', 20], ['A !high ERP', 20], ['A ERP +WEB', 22],
  ])('%s', (line, project) => expect(read(line).project).toBe(project));
  it.each([
    ['Обновить ERP у клиента', undefined], ['A erp', undefined], ['ERP', undefined], ['ERP завтра', undefined], ['Обновить \\ERP', undefined], ['Обновить ERP завтра', undefined],
  ])('%s names no project', (line, project) => expect(read(line).project).toBe(project));
  it('the first person owns, the others help', () => {
    expect(read('A @worker @anna @me')).toMatchObject({ owner: 2, collaborators: [3, 1] });
  });
  it('finds a parent by key or number', () => {
    expect(read('A ^ERP-128').parent?.id).toBe(100);
    expect(read('A ^128')).toMatchObject({ title: 'A', parent: { key: 'ERP-128' } });
    expect(read('A ^999')).toMatchObject({ title: 'A ^999', notes: [{ kind: 'parent', text: '^999' }] });
  });
  it.each([
    ['A @nobody', 'person', '@nobody'], ['A @Павел', 'people', '@Павел'], ['A #нет', 'tag', '#нет'], ['A +нет', 'project', '+нет'],
  ] as const)('%s stays text and says so', (line, kind, text) => {
    const parsed = read(line);
    expect(parsed.title).toBe(line);
    expect(parsed.notes).toMatchObject([{ kind, text }]);
  });
  it.each(['Заказ #125', 'Наценка +5%', 'a@b.ru', 'C# и F#', 'A +', '@', 'x^2'])('%s is plain text without a word', (line) => {
    const parsed = read(line);
    expect(parsed).toMatchObject({ title: line, notes: [], tokens: [] });
  });
});

describe('what only looks like a date', () => {
  it.each([
    'Переход на релиз 3.12: проверка', 'Обновить 1С 8.3', 'Версия 10.11 не ставится', 'Поддержка 24/7', 'Настроить тестовую среду', 'Он в 5 раз быстрее', 'Скидка 25%', 'Sat solver', 'A may fail', 'Отчёт 6-НДФЛ: строка 160', 'Сумма 100.50', 'Пункт 3.12 договора', 'Дом 25', 'Модель 3D', 'Склад 2', 'Маршрут 12.45', 'Раздел 12.10',
  ])('%s', (line) => expect(read(line)).toMatchObject({ title: line, tokens: [] }));
  it('a backslash keeps a word', () => {
    expect(read('Фильм \\завтра')).toMatchObject({ title: 'Фильм завтра', tokens: [] });
    expect(read('Фильм \\#склад')).toMatchObject({ title: 'Фильм #склад', tags: [] });
  });
  it('of two dates the last counts, the first is text', () => {
    expect(read('Перенести с завтра на пятницу')).toMatchObject({ due: '2026-11-27', title: 'Перенести с завтра' });
  });
});

describe('whole lines', () => {
  it('reads the line of the specification', () => {
    const line = 'Закрыть период !high @worker #бухгалтерия завтра 15:00 ERP';
    const parsed = read(line);
    expect(parsed).toMatchObject({ title: 'Закрыть период', priority: 'high', owner: 2, tags: [10], due: '2026-11-22T12:00:00Z', project: 20, notes: [] });
    expect(marked(line, parsed)).toEqual(['!high', '@worker', '#бухгалтерия', 'завтра 15:00', 'ERP']);
  });
  it('reads the line of the design', () => {
    const line = 'Закрыть период по складу № 2 !срочно @Дёмин #бухгалтерия завтра 15:00 ERP ^128';
    expect(read(line)).toMatchObject({ title: 'Закрыть период по складу № 2', priority: 'urgent', owner: 2, project: 20, parent: { key: 'ERP-128' } });
  });
  it('finds marks anywhere', () => {
    const line = 'завтра в 10:00, @anna: call the client #backend 2h about invoices';
    expect(read(line)).toMatchObject({ title: 'call the client about invoices', owner: 3, tags: [13], estimate: 2, due: '2026-11-22T07:00:00Z' });
  });
  it('joins a day and a time said apart', () => {
    expect(read('В пятницу созвон 11:00 с клиентом')).toMatchObject({ title: 'созвон с клиентом', due: '2026-11-27T08:00:00Z' });
  });
  it('leaves an empty title empty', () => {
    expect(read('завтра !high').title).toBe('');
    expect(read('   ')).toMatchObject({ title: '', tokens: [] });
  });
  it('never throws, never loses text, never marks outside the line', () => {
    const bits = ['завтра', 'в', '15', '15:00', '@worker', '@', '#', '#склад', '+ERP', 'ERP', '!!', '!', '^128', '\\', '(', '),', 'через', '3', 'дня', 'next', 'mon', 'the', '25th', 'of', 'Nov', '2ч', '25.11', '…', 'слово', '🙂', 'a', 'end'];
    let seed = 7;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
    const bad: string[] = [];
    for (let round = 0; round < 1500; round++) {
      const line = Array.from({ length: 1 + random(9) }, () => bits[random(bits.length)]).join(random(5) ? ' ' : '  ');
      const parsed = read(line);
      let at = 0;
      const right =
        parsed.tokens.every((token) => {
          const fits = token.from >= at && token.to > token.from && token.to <= line.length;
          at = token.to;
          return fits;
        }) &&
        (!line.includes('слово') || parsed.title.includes('слово')) &&
        (!parsed.due || !Number.isNaN(Date.parse(parsed.due)));
      if (!right) bad.push(line);
    }
    expect(bad).toEqual([]);
  });
});

describe('the mark at the caret', () => {
  it.each([
    ['A @wor', 6, { mark: '@', query: 'wor', from: 2, to: 6 }],
    ['A @wor B', 6, { mark: '@', query: 'wor', from: 2, to: 6 }],
    ['A #', 3, { mark: '#', query: '', from: 2, to: 3 }],
    ['@work', 3, { mark: '@', query: 'wo', from: 0, to: 5 }],
    ['a@b', 3, null],
    ['A B', 3, null],
  ] as const)('%s', (line, caret, found) => expect(markAt(line, caret)).toEqual(found));
});

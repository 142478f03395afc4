import { describe, expect, it } from 'vitest';
import { parseSearch } from './filters';
import { readCondition, shiftDay, withOp, writeCondition } from './filtersFields';
import { complete, fromText, type Known, readDay, toText } from './filtersText';

const known = (lang: 'ru' | 'en'): Known => ({
  lang,
  people: [{ id: 5, name: 'Ирина Соколова' }, { id: 6, name: 'Олег Ким' }, { id: 7, name: 'Ирина Белова' }],
  projects: [{ id: 1, key: 'ERP', name: 'Внедрение 1С:ERP' }, { id: 2, key: 'WMS', name: 'Склад и логистика' }],
  tags: [{ id: 3, name: 'бухгалтерия' }, { id: 4, name: 'срочная сдача' }],
});
const read = (line: string) => fromText(line, known('ru'));

describe('conditions', () => {
  it('say sets in the shortest way', () => {
    expect(readCondition('priority', 'high,urgent')).toEqual({ op: 'gte', values: ['high'] });
    expect(readCondition('priority', 'low,medium')).toEqual({ op: 'lte', values: ['medium'] });
    expect(readCondition('priority', 'low,high,urgent')).toEqual({ op: 'not', values: ['medium'] });
    expect(readCondition('status', 'new,in_progress,waiting,testing')).toEqual({ op: 'not', values: ['done', 'closed'] });
    expect(readCondition('status', 'new,done')).toEqual({ op: 'in', values: ['new', 'done'] });
    expect(readCondition('due', '..+7')).toEqual({ op: 'to', values: ['+7'] });
    expect(readCondition('due', 'overdue')).toEqual({ op: 'overdue', values: [] });
  });
  it('go there and back', () => {
    for (const [name, value] of [['priority', 'high,urgent'], ['priority', 'medium'], ['status', 'new,done'], ['status', 'new,in_progress,waiting,testing'], ['due', 'today'], ['due', '..+7'], ['due', '2026-12-01..'], ['due', 'today..+7'], ['due', 'none'], ['assignee', 'me,5'], ['assignee', 'none']] as const)
      expect(writeCondition(name, readCondition(name, value)).join(','), value).toBe(value);
  });
  it('keep their values when the comparison changes', () => {
    expect(withOp('due', { op: 'to', values: ['today'] }, 'between')).toEqual({ op: 'between', values: ['today', '+7'] });
    expect(withOp('priority', { op: 'in', values: ['high', 'low'] }, 'gte').values).toEqual(['high']);
    expect(readCondition('status', 'new', 'not')).toEqual({ op: 'not', values: ['in_progress', 'waiting', 'testing', 'done', 'closed'] });
    expect(shiftDay('tomorrow', -1)).toBe('today');
    expect(shiftDay('-3', 2)).toBe('yesterday');
  });
});

describe('the text form', () => {
  it('reads both languages at once', () => {
    expect(read('статус:новая,в-работе исполнитель:я срок:<завтра #бухгалтерия закрыть период')).toEqual({
      search: { status: 'new,in_progress', assignee: 'me', due: '..today', tag: '3', q: 'закрыть период' },
      faults: [],
    });
    expect(read('status:new assignee:me due:<tomorrow').search).toEqual({ status: 'new', assignee: 'me', due: '..today' });
    expect(read('приоритет:>=высокий проект:erp @олег кто:"Ирина Белова"').faults).toMatchObject([{ code: 'twice' }]);
    expect(read('@олег @"Ирина Белова" приоритет:>средний').search).toEqual({ assignee: '6,7', priority: 'high,urgent' });
    expect(read('статус:!готово,закрыта срок:сегодня..+7 создана:>=1.12.2026').search).toEqual({ status: 'new,in_progress,waiting,testing', due: 'today..+7', created: '2026-12-01..' });
    expect(read('тег:"срочная сдача",бухгалтерия срок:просрочен открытые:да показать:корзина').search).toEqual({ tag: '4,3', due: 'overdue', open: 'true', show: 'trash' });
  });
  it('names faults at their place', () => {
    const at = (line: string) => read(line).faults.map((f) => [f.code, line.slice(f.from, f.to)]);
    expect(at('ветер статус:новая,старая')).toEqual([['value', 'старая']]);
    expect(at('цвет:красный')).toEqual([['field', 'цвет']]);
    expect(at('кто:Ирина')).toEqual([['person', 'Ирина']]);
    expect(at('срок:<когда-нибудь')).toEqual([['date', 'когда-нибудь']]);
    expect(at('срок:31.02.2026')).toEqual([['date', '31.02.2026']]);
    expect(at('проект:>ERP')).toEqual([['op', '>']]);
    expect(at('статус:')).toEqual([['empty', 'статус:']]);
    expect(at('кто:"Ирина')).toEqual([['quote', 'кто:"Ирина']]);
    expect(at('#нет-такого')).toEqual([['tag', 'нет-такого']]);
  });
  it('comes back the same in either language', () => {
    const searches = [{ status: 'new,in_progress', assignee: 'me,none,5', due: '..today', tag: '3', q: 'закрыть период' }, { priority: 'high,urgent', project: '1,2', due: 'today..+7', open: 'true' }, { tag: '3,4', status: 'new,in_progress,waiting,testing', created: '-7..', updated: 'yesterday..', show: 'any', due: 'none' }, { assignee: 'none', due: 'overdue' }];
    for (const search of searches) {
      for (const lang of ['ru', 'en'] as const) {
        const line = toText(search, known(lang));
        const back = fromText(line, known(lang));
        expect(back.faults, line).toEqual([]);
        expect(parseSearch({ ...back.search }), line).toEqual(search);
      }
    }
    expect(toText(searches[0]!, known('en'))).toBe('status:new,in-progress assignee:me,nobody,"Ирина Соколова" #бухгалтерия due:<=today закрыть период');
  });
  it('completes fields and values', () => {
    const items = (line: string, lang: 'ru' | 'en' = 'ru') => complete(line, line.length, known(lang)).items.map((i) => i.insert);
    expect(items('ст')).toEqual(['статус:']);
    expect(items('sta')).toEqual(['статус:']);
    expect(items('слово при')).toEqual(['приоритет:']);
    expect(items('статус:новая,в')).toEqual(['в-работе', 'ожидание'].slice(0, 1));
    expect(items('@ирина')).toEqual(['"Ирина Соколова"', '"Ирина Белова"']);
    expect(items('#бух')).toEqual(['бухгалтерия']);
    expect(items('due:<t', 'en')).toEqual(['today', 'tomorrow']);
    expect(complete('статус:но слово', 9, known('ru'))).toMatchObject({ from: 7, to: 9 });
  });
  it('reads days', () => {
    expect([readDay('завтра'), readDay('+7'), readDay('−1'), readDay('2026-12-01'), readDay('1.12', new Date('2026-11-21')), readDay('12')]).toEqual(['tomorrow', '+7', 'yesterday', '2026-12-01', '2026-12-01', null]);
  });
});

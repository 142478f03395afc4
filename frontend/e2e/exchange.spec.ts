import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type Api, expect, newTask, test, unique } from './base';

/**
 * The journeys have no Kafka, so a message that could not be applied is put where the consumer
 * would have put it; from there on everything is the product's own: sending such a message again
 * goes the way of every message from the ERP.
 */
const PUT = `
import base64, json, sqlite3, sys
row = json.load(sys.stdin)
message = {"cluster": "journey", "headers": {}, "key": row["key"], "offset": row["offset"], "partition": 0, "topic": "issues-events-1c",
           "payload_base64": base64.b64encode(row["payload"].encode()).decode()}
db = sqlite3.connect(sys.argv[1], timeout=30)
with db:
    cursor = db.execute("INSERT INTO dead_letter (account_id, source, message, code, detail, pointer, attempts, state, created_at, published) "
                        "SELECT account_id, source, ?, ?, ?, ?, 1, 'open', strftime('%Y-%m-%dT%H:%M:%f000+00:00', 'now'), 1 FROM integration WHERE source = '1c'",
                        (json.dumps(message), row["code"], row["detail"], row["pointer"]))
    print(cursor.lastrowid)
`;
let offset = 0;
interface Bad {
  code: string;
  detail: string;
  pointer: string | null;
}
function deadLetter(key: string, message: object | string, why: Bad): number {
  const payload = typeof message === 'string' ? message : JSON.stringify(message);
  const out = execFileSync('python3', ['-c', PUT, `${process.env.E2E_DATA}/tasktrack.db`], { input: JSON.stringify({ key, payload, offset: offset++, ...why }) });
  return Number(out.toString());
}
const message = (event_type: string, data: object, more: object) => ({ event_type, issue_id: null, timestamp: new Date().toISOString(), data, source: '1c', version: '1.0', event_id: randomUUID(), ...more });
/** Says something in the ERP's name, the way a mended message comes in. */
async function erpSays(api: Api, event_type: string, external_id: string, data: object): Promise<void> {
  const id = deadLetter(external_id, '{', { code: 'invalid-json', detail: 'EOF while parsing an object at line 1 column 1', pointer: null });
  await api.send('POST', `/dead-letters/${id}/resend`, { payload: JSON.stringify(message(event_type, data, { external_id })) });
}

test.skip(!process.env.E2E_DATA, 'needs the data folder of the server');

test('dead letters of one cause are mended by a form and sent again together', async ({ open, as, allow }) => {
  const admin = await as('admin');
  const integration = (await admin.get<{ items: { source: string; project: { id: number } }[] }>('/integrations')).items.find((i) => i.source === '1c')!;
  const word = unique('На проверке');
  const tasks = await Promise.all([1, 2].map(() => newTask(admin, { project_id: integration.project.id })));
  const why = { code: 'unknown-status', detail: `${word} is not a status`, pointer: '/data/status' };
  for (const task of tasks) deadLetter(task.key, message('status_changed', { status: word }, { issue_id: task.id }), why);
  const page = await open('admin', '/exchange/dead-letters');
  const item = page.locator('.bench-item', { hasText: word });
  await expect(item).toContainText('×2');
  await item.click();
  await expect(page.locator('.bench-main h2')).toContainText(word);
  await expect(page.locator('.payload-view [data-hit=wrong]')).toContainText(word);
  // Unchanged it fails as before, and the answer is shown.
  allow(422);
  await page.getByRole('button', { name: 'Отправить ещё раз' }).click();
  await expect(page.locator('.bench-main [role=alert]')).toContainText('/data/status');
  await page.locator('.dl-form select').selectOption('testing');
  await expect(page.locator('.payload-view [data-hit=mended]')).toContainText('testing');
  await page.getByRole('button', { name: 'Отправить все 2' }).click();
  await expect(page.getByText('2 сообщения применены')).toBeVisible();
  await expect(item).toHaveCount(0);
  for (const task of tasks) expect((await admin.get<{ status: string }>(`/tasks/${task.id}`)).status).toBe('testing');
  await page.getByRole('button', { name: 'Отправленные' }).click();
  await expect(item).toContainText('×2');
});

test('a message that is not JSON is shown as it came and discarded with a reason', async ({ open }) => {
  const cut = `{"event_type": "updated", "data": {"name": "${unique('Оборвано')}`;
  const id = deadLetter('cut', cut, { code: 'invalid-json', detail: `EOF while parsing a string at line 1 column ${Buffer.byteLength(cut)}`, pointer: null });
  const page = await open('admin', `/exchange/dead-letters?id=${id}`);
  await expect(page.locator('.bench-item[aria-current=true]')).toContainText('Сообщение оборвано');
  await expect(page.locator('.payload-view')).toContainText('Оборвано');
  await page.getByRole('button', { name: 'Байты' }).click();
  await expect(page.locator('.payload-view.hex')).toContainText('7b 22 65 76');
  await page.getByRole('button', { name: 'Отклонить' }).click();
  await page.getByLabel('Причина').fill('пробное сообщение');
  await page.getByRole('dialog').getByRole('button', { name: 'Отклонить', exact: true }).click();
  await expect(page.getByText('1 сообщение отклонено')).toBeVisible();
  await page.getByRole('button', { name: 'Отклонённые' }).click();
  await expect(page.locator('.bench-side')).toContainText('«пробное сообщение»');
});

test('a conflict of three fields is decided by keys: the merge, ours, theirs', async ({ open, as }) => {
  const admin = await as('admin');
  const integration = (await admin.get<{ items: { id: number; source: string }[] }>('/integrations')).items.find((i) => i.source === '1c')!;
  await admin.send('PATCH', `/integrations/${integration.id}`, { conflict_policy: 'ask', field_policies: {} });
  const name = unique('Загрузка выписки');
  const external = randomUUID().slice(0, 8);
  await erpSays(admin, 'created', external, { name, content: 'При загрузке договор не подбирается.', priority: 'low', status: 'new', deadline: '2027-03-01T18:00:00+03:00' });
  const task = (await admin.get<{ items: { id: number; key: string; title: string }[] }>('/tasks?sort=-created_at&limit=20')).items.find((t) => t.title === name)!;
  await admin.send('PATCH', `/tasks/${task.id}`, { description: 'При загрузке из банка договор не подбирается.', priority: 'medium', due_date: '2027-03-02' });
  await erpSays(admin, 'updated', external, { content: 'При загрузке договор не подбирается, если их два.', priority: 'high', deadline: '2027-03-05T18:00:00+03:00' });

  const page = await open('manager', '/exchange/conflicts');
  await page.locator('.bench-item', { hasText: name }).click();
  await expect(page.locator('.cf tbody tr')).toHaveCount(3);
  await expect(page.locator('.cf tr[data-open]')).toHaveCount(3);
  await page.keyboard.press('4');
  await expect(page.locator('.cf tr[data-open]')).toHaveCount(2);
  await page.keyboard.press('j');
  await page.keyboard.press('2');
  await page.keyboard.press('j');
  await page.keyboard.press('3');
  await expect(page.locator('.cf tr[data-open]')).toHaveCount(0);
  await expect(page.locator('.cf-out')).toContainText('в ERP уже так');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(`${task.key}: решены 3 конфликта`)).toBeVisible();
  await expect(page.locator('.bench-item', { hasText: name })).toHaveCount(0);
  const after = await admin.get<{ description: string; priority: string; due_date: string }>(`/tasks/${task.id}`);
  expect(after.description).toBe('При загрузке из банка договор не подбирается, если их два.');
  expect(after.priority).toBe('medium');
  expect(Date.parse(after.due_date)).toBe(Date.parse('2027-03-05T15:00:00Z'));
  await page.goto('/exchange/conflicts?state=resolved');
  await expect(page.locator('.bench-item', { hasText: name })).toBeVisible();
});

test('rules of an exchange are kept at once', async ({ open, as }) => {
  const admin = await as('admin');
  const page = await open('admin', '/exchange/rules');
  const field = page.getByLabel('Срок', { exact: true });
  await expect(field).toBeVisible();
  const kept = page.waitForResponse((r) => r.request().method() === 'PATCH' && r.url().includes('/integrations/'));
  await field.selectOption('erp_wins');
  expect((await kept).status()).toBe(200);
  await page.reload();
  await expect(field).toHaveValue('erp_wins');
  await page.getByRole('switch').click();
  await expect(page.getByRole('dialog')).toContainText('недоставленные');
  await page.getByRole('button', { name: 'Отмена' }).click();
  await expect(page.getByRole('switch')).toBeChecked();
  const again = page.waitForResponse((r) => r.request().method() === 'PATCH' && r.url().includes('/integrations/'));
  await field.selectOption('');
  await again;
  const now = (await admin.get<{ items: { source: string; field_policies: object }[] }>('/integrations')).items.find((i) => i.source === '1c')!;
  expect(now.field_policies).toEqual({});
});

/** A task key inside a text. */
export const TASK_KEY = /(?<![\p{L}\p{N}_/-])[A-Z][A-Z0-9]{1,9}-\d{1,9}(?![\p{L}\p{N}_])/gu;

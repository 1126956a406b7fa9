// Where everything is pointed: at Sluice by base URL and key, and at nothing else.

export const v1 = process.env.SLUICE_BASE_URL.replace(/\/+$/, "");
export const origin = new URL(v1).origin;
export const key = process.env.SLUICE_KEY;

export const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const pdf = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Page>>endobj").toString("base64");

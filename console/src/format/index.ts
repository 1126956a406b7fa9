// All formats of the page's language and the organization's time zone, in one hook.
import { useMemo } from 'react';
import { useSession } from '@/app/session';
import { useLanguage } from '@/i18n';
import { formatMoney } from './money';
import { formatMillis, formatNumber, formatPercent, formatShort } from './number';
import { formatAgo, formatTime, type TimeStyle } from './time';

export function useFormat() {
  const { language } = useLanguage();
  const zone = useSession()?.organization?.time_zone;
  return useMemo(() => {
    const locale = language === 'de' ? 'de-DE' : 'en-US';
    return {
      locale,
      zone,
      /** US dollars of a decimal string, rounded for the eye. */
      money: (amount: string | null | undefined) => formatMoney(amount, locale),
      /** The same to the last digit. */
      exactMoney: (amount: string | null | undefined) => formatMoney(amount, locale, true),
      number: (value: number | string | null | undefined) => formatNumber(value, locale),
      short: (value: number) => formatShort(value, locale),
      percent: (share: number) => formatPercent(share, locale),
      millis: (millis: number | null | undefined) => formatMillis(millis, locale),
      time: (time: string | null | undefined, style?: TimeStyle) =>
        formatTime(time, locale, zone, style),
      ago: (time: string) => formatAgo(time, locale, Date.now()),
    };
  }, [language, zone]);
}

import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { ChartProps } from './chart';

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

// Told apart in both themes and with the usual colour blindnesses.
const LIGHT = ['#0e7490', '#b45309', '#6d28d9', '#15803d', '#be185d', '#1d4ed8', '#a16207', '#57534e'];
const DARK = ['#38bdd8', '#f0a04b', '#a78bfa', '#4ade80', '#f472b6', '#7aa2ff', '#fde047', '#a8a29e'];

interface Point {
  seriesName: string;
  value: number | null;
  color: string;
  dataIndex: number;
}

export function draw(box: HTMLElement) {
  const chart = init(box, null, { renderer: 'canvas' });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(box);
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const dark = document.documentElement.dataset.theme === 'dark';
  // a canvas inherits no font
  const { fontFamily } = getComputedStyle(document.body);
  const text = { color: colour('--muted'), fontFamily, fontSize: 12 };
  // a legend of several pages cuts off what is higher than its marks and lines
  const named = { ...text, lineHeight: 16 };
  return {
    set(props: ChartProps) {
      const { kind = 'line', stacked = false, series, times } = props;
      chart.setOption(
        {
          animation: false,
          color: dark ? DARK : LIGHT,
          grid: { left: 8, right: 12, top: series.length > 1 ? 36 : 12, bottom: 4, containLabel: true },
          legend:
            series.length > 1
              ? { type: 'scroll', top: 0, left: 0, itemWidth: 12, itemHeight: 8, textStyle: named }
              : { show: false },
          tooltip: {
            trigger: 'axis',
            confine: true,
            backgroundColor: colour('--surface'),
            borderColor: colour('--line-strong'),
            textStyle: { color: colour('--ink'), fontSize: 12 },
            formatter: (points: unknown) => tooltip(points as Point[], props),
          },
          xAxis: {
            type: 'category',
            data: times.map(props.formatTime),
            axisLabel: { ...text, hideOverlap: true },
            axisLine: { lineStyle: { color: colour('--line') } },
            axisTick: { show: false },
            boundaryGap: kind === 'bar',
          },
          yAxis: {
            type: 'value',
            axisLabel: { ...text, formatter: props.format },
            splitLine: { lineStyle: { color: colour('--line') } },
            splitNumber: 4,
          },
          series: series.map((one) => ({
            name: one.name,
            type: kind,
            data: one.values,
            showSymbol: false,
            barMaxWidth: 44,
            ...(stacked ? { stack: 'all' } : {}),
            ...(kind === 'line' ? { lineStyle: { width: 2 } } : {}),
            ...(kind === 'line' && (stacked || series.length === 1)
              ? { areaStyle: { opacity: stacked ? 0.55 : 0.12 } }
              : {}),
          })),
        },
        { notMerge: true },
      );
    },
    close() {
      observer.disconnect();
      chart.dispose();
    },
  };
}

/** Elements, not markup: names come from people, and markup would be styled inline. */
function tooltip(points: Point[], { format, times, formatTime }: ChartProps): HTMLElement {
  const box = document.createElement('div');
  const title = document.createElement('div');
  title.className = 'mb-1 font-medium';
  const first = points[0];
  title.textContent = first === undefined ? '' : formatTime(times[first.dataIndex] ?? '');
  box.append(title);
  const most = [...points]
    .filter((point) => point.value !== null && point.value !== 0)
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    .slice(0, 10);
  for (const point of most) {
    const line = document.createElement('div');
    line.className = 'flex items-center gap-2';
    const mark = document.createElement('span');
    mark.className = 'size-2 shrink-0 rounded-full';
    mark.style.backgroundColor = point.color;
    const name = document.createElement('span');
    name.className = 'max-w-56 truncate';
    name.textContent = point.seriesName;
    const value = document.createElement('span');
    value.className = 'tabular ml-auto pl-3 font-medium';
    value.textContent = format(point.value ?? 0);
    line.append(mark, name, value);
    box.append(line);
  }
  return box;
}

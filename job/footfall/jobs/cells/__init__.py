"""Cells: pings and devices in each cell of H3's grid (https://h3geo.org) in each hour; places are not needed."""

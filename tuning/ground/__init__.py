"""The recipe of the adapter that ships: public data sets → pools → readings → `ground`."""
